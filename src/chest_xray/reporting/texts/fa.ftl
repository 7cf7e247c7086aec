### What the report, the models' cards and TensorBoard say, in Persian.
### Functions and the meaning of `backticks`: chest_xray/reporting/languages.py.
### A variant that begins with a Latin word begins with { "\u200F" }, so that it runs right to left.

# The ten digits, zero first.
digits = ۰۱۲۳۴۵۶۷۸۹
interval = { $value } ({ $low } تا { $high })
yes = بله
no = خیر

## Pages

page-report = تصویر قفسهٔ سینه: گزارش
page-baseline-card = تصویر قفسهٔ سینه: مدل نخست
page-tuned-card = تصویر قفسهٔ سینه: مدل تنظیم‌شده
result-missing = `{ $name }` هنوز نیست؛ این فرمان آن را می‌سازد: `{ $command }`
result-damaged = تازه‌ترین `{ $name }` خراب است؛ این فرمان آن را از نو می‌سازد: `{ $command }`
result-stale =
    `{ $name }` نشان داده نمی‌شود: از `{ $made_from }` دیگری جز تازه‌ترین ساخته شده است؛ این فرمان آن
    را دوباره می‌سازد: `{ $command }`
result-of-unknown-origin =
    `{ $name }` نشان داده نمی‌شود: معلوم نیست از کدام تصویرها، تقسیم و مدل ساخته شده است؛ این فرمان آن
    را دوباره می‌سازد: `{ $command }`

## Figures

model-baseline = مدل نخست
model-tuned = مدل تنظیم‌شده
model-quantized = مدل کوانتیزه (int8)
figure-of-model = { $model }. { $caption }
figure-class-counts = شمار تصویرهای هر دسته، به تفکیک زیرگروه و پوشهٔ منتشرشده.
figure-image-sizes = عرض و ارتفاع همهٔ پرونده‌ها.
figure-sample-grid = چند تصویر از هر دو دسته، آن‌گونه که مدل می‌بیند.
figure-tuning = جست‌وجو: بهترین نتیجه تا هر زمان، ابرپارامترهای مؤثر، و تنظیم هر آزمایش.
figure-pooled-comparison =
    تنظیم برگزیده منهای تنظیم نخست روی بخش تست هر تقسیم و روی هم، با بازه‌های ۹۵٪.
figure-quantization = اندازه، تأخیر، گذردهی و کیفیت؛ نسخهٔ اعشاری در کنار int8.
figure-curves = خطا و دقت روی آموزش و ارزیابی؛ خط نقطه‌چین دورهٔ برگزیده است.
figure-confusion-matrix = ماتریس درهم‌ریختگی بخش تست.
figure-ranking = منحنی ROC و منحنی دقت-فراخوانی روی بخش تست.
figure-reliability = آیا احتمال‌های پیش‌بینی‌شده درست از آب درمی‌آیند؟ روی قطر آری.
figure-misclassified =
    همهٔ تصویرهای تست که مدل اشتباه گفته است، مطمئن‌ترین در آغاز، با گونه‌های خطای هر یک.
figure-error-types =
    گونه‌های خطا به ترتیب اهمیت، و وابستگی این ترتیب به هزینهٔ ذات‌الریهٔ ازدست‌رفته.
figure-error-rates =
    بسامد خطای مدل هنگامی که تصویر تاریک‌تر، کم‌تضادتر، تارتر، کج‌تر و مانند آن می‌شود.
figure-confidence = اطمینان مدل آنجا که درست گفته و آنجا که اشتباه کرده است.
figure-explanations =
    تصویرهایی که مدل نادرست و درست گفته است: اصل تصویر، نقشهٔ گرمایی، و نقشه بر روی اصل.
figure-fidelity =
    آنچه رخ می‌دهد وقتی پیکسل‌ها به ترتیب نقشه حذف یا بازگردانده شوند، و وقتی وزن‌ها به هم ریخته شوند.
figure-external =
    تصویرهای بیمارستانی دیگر: منحنی ROC در کنار منحنی بخش تست درونی، درستی احتمال‌ها، منحنی تصمیم و AUC
    هر زیرگروه.
figure-external-audit =
    آنچه دستهٔ این تصویرها را بدون بیماری لو می‌دهد، و سهم تصویرهایی که بیرون از دامنهٔ تصویرهای آموزش‌اند.
figure-recalibration =
    مدل برازش‌شده با بیمارستانی دیگر: درستی احتمال‌ها پیش و پس از آن، شمار تصویرهای لازم، امتیازها در کنار
    آمیزه‌ای از امتیازهای درونی، و تصمیم‌های سه‌گانه.
figure-one-heat-map =
    آنچه پاسخ را برای یک تصویر جابه‌جا کرده است: نارنجی به سود ذات‌الریه و آبی به زیان آن.

## The data

source-phantoms =
    این تصویرها رسم‌شده‌اند (فانتوم): حقیقتشان دانسته است و هیچ عددی در اینجا دربارهٔ بیماران نیست.
source-folder =
    پوشه‌ای از تصویرها همان‌گونه که هست سنجیده شده است. اگر دادگان منتشرشده باشد (Kermany و دیگران،
    doi:10.17632/rscbjbr9sj.2، پروانهٔ CC BY 4.0)، از کودکان یک بیمارستان است.
part-train = آموزش
part-validation = ارزیابی
part-test = تست
parts-table = تصویرهای هر دسته پس از تقسیم
parts-part = بخش
parts-together = مجموع
parts-share = سهم از کل
parts-all = همه
folders-table = پوشه‌هایی که ادغام شدند
folders-folder = پوشه
folders-none = بدون پوشه
sources-table = منبع‌های تصویرها
sources-source = منبع
sizes-table = اندازهٔ تصویرها (پیکسل)
sizes-side = ضلع
sizes-width = عرض
sizes-height = ارتفاع
sizes-smallest = کمترین
sizes-first-quartile = چارک نخست
sizes-median = میانه
sizes-third-quartile = چارک سوم
sizes-largest = بیشترین
data-shortcut =
    هشدار: { $fact } به‌تنهایی دسته را لو می‌دهد، با دقت متوازن { NUM($accuracy, digits: 3) } روی
    بیماران کنارگذاشته‌شده. مدل می‌تواند به جای بیماری همین را بیاموزد، و آنگاه نتیجه‌های اینجا دربارهٔ
    تصویرهای دیگر چیزی نمی‌گویند. شمار تصویرها به تفکیک مقدار: { LIST($classes, separator: "\u200F؛ ") }.
data-shortcut-class = { $label }: { LIST($values, separator: "\u200F، ") }
data-shortcut-value = { $value } ({ $count })
fact-mode = حالت رنگ
fact-format = قالب پرونده
fact-bits = شمار بیت‌های سطح خاکستری
fact-size = اندازهٔ تصویر (پیکسل)
fact-darkest = تیره‌ترین سطح خاکستری
fact-brightest = روشن‌ترین سطح خاکستری
fact-jpeg-quality = کیفیت JPEG
fact-source = منبع
fact-folder = پوشهٔ منتشرشده
data-counts =
    { $images } تصویر از { $patients } بیمار: { $many_count } تصویر { $many } و { $few_count } تصویر
    { $few }، یعنی { NUM($ratio, digits: 1) } به یک. مدلی که همیشه { $many } بگوید برای
    { PERCENT($share, digits: 1) } آن‌ها درست می‌گوید؛ پس دقت به‌تنهایی گویا نیست و تابع خطا هر دسته را
    به نسبت کمیابی‌اش وزن می‌دهد.
data-one-size =
    همهٔ پرونده‌ها { $width } در { $height } پیکسل‌اند: کسی پیش‌تر اندازهٔ آن‌ها را یکسان کرده است.
data-sizes =
    اندازهٔ پرونده‌ها یکسان نیست: ضلع‌ها از { $smallest } تا { $largest } پیکسل‌اند و میانه { $width }
    در { $height } است. همه به یک مربع کشیده می‌شوند.
data-defects =
    پرونده‌های ناخوانا: { $unreadable }؛ گروه‌های تصویر یکسان: { $duplicates } (با برچسب متناقض:
    { $conflicting })؛ بیمارانی که در هر دو سوی پوشه‌های منتشرشدهٔ آموزش و تست‌اند: { $both_sides }.
data-defects-split-again =
    پرونده‌های ناخوانا: { $unreadable }؛ گروه‌های تصویر یکسان: { $duplicates } (با برچسب متناقض:
    { $conflicting })؛ بیمارانی که در هر دو سوی پوشه‌های منتشرشدهٔ آموزش و تست‌اند: { $both_sides }. به
    همین دلیل پوشه‌ها ادغام و از نو تقسیم شدند.
data-near-duplicates =
    { $groups } تصویر چند بار و با کیفیت یا اندازهٔ دیگری ذخیره شده‌اند ({ $files } پرونده):
    { $patients } تای آن‌ها به نام چند بیمار است که یک بیمار شمرده می‌شوند، { $classes } تا در هر دو
    دسته و { $published_folders } تا در چند پوشهٔ منتشرشده‌اند.
data-split-leaks =
    تقسیم به روش `{ $method }` نشت دارد: { $leaked } تصویر تست از بیمارانی است که مدل از آن‌ها آموخته،
    پس نتیجه‌های تست بیش از اندازه خوب‌اند.
data-split-published-test =
    پوشهٔ منتشرشدهٔ `test` بخش تست است و بقیه به تفکیک بیمار تقسیم شده‌اند. { $shared } شمارهٔ بیمار در چند
    پوشه دیده می‌شود؛ معلوم نیست که همان افراد باشند، پس هر شماره در هر سو یک بیمار به شمار می‌آید و کسی
    کنار گذاشته نشده است.
data-split =
    تقسیم به روش `{ $method }` است و هیچ تصویر تستی از بیماری نیست که مدل از او آموخته باشد.
data-no-pixel-unknown =
    اینکه بدون نگاه به پیکسل‌ها تا کجا می‌توان رفت سنجیدنی نبود: یکی از دسته‌ها کمتر از دو بیمار دارد.
data-no-pixel-telling =
    بدون نگاه به حتی یک پیکسل، اندازه و حالت رنگ به AUC برابر { INTERVAL($size, digits: 3) } و با
    سرایند JPEG به { INTERVAL($files, digits: 3) } می‌رسند: بخشی از هر دقتی در اینجا ممکن است از شیوهٔ
    ذخیرهٔ پرونده‌ها باشد، نه از ریه‌ها.
data-no-pixel-open =
    بدون نگاه به حتی یک پیکسل، اندازه، حالت رنگ و سرایند JPEG به AUC برابر
    { INTERVAL($files, digits: 3) } می‌رسند: بیماران کمتر از آن‌اند که بتوان گفت پرونده‌ها دسته‌ها را لو
    می‌دهند یا نه.
data-no-pixel-clean =
    بدون نگاه به حتی یک پیکسل، اندازه، حالت رنگ و سرایند JPEG به AUC برابر
    { INTERVAL($files, digits: 3) } می‌رسند: پرونده‌ها دسته‌ها را لو نمی‌دهند یا اندکی لو می‌دهند.
data-baseline =
    تنها از روی { $baseline } دستهٔ بیماران کنارگذاشته‌شده با AUC برابر { INTERVAL($auc, digits: 3) }
    شناخته می‌شود.
data-baseline-on-test =
    تنها از روی { $baseline } دستهٔ بیماران کنارگذاشته‌شده با AUC برابر { INTERVAL($auc, digits: 3) }
    شناخته می‌شود؛ اگر روی بخش آموزش آموخته و روی بخش تست سنجیده شود { INTERVAL($test, digits: 3) } است.
data-baseline-unknown = سنجیدنی نبود که دسته تنها از روی { $baseline } تا کجا شناخته می‌شود.
data-texture-tells-folders =
    تنها در میان تصویرهای { $label } بافت تصویر پوشه‌های { LIST($values, separator: "\u200F، ") } را از هم
    جدا می‌کند (AUC برابر { INTERVAL($auc, digits: 3) }): پرونده‌هایشان به شیوه‌های گوناگون ساخته شده‌اند و
    مدل می‌تواند همین را به جای بیماری بیاموزد.
data-texture-tells-sources =
    تنها در میان تصویرهای { $label } بافت تصویر منبع‌های { LIST($values, separator: "\u200F، ") } را از هم
    جدا می‌کند (AUC برابر { INTERVAL($auc, digits: 3) }): هر جا منبع با دسته همراه باشد، مدل می‌تواند منبع را
    به جای بیماری بیاموزد.

## What can be told without the disease

baseline-no-pixel = اندازهٔ تصویر، حالت رنگ و سرایند JPEG
baseline-texture = بافت تصویر (جزئیات ریز، بی هیچ نشانی از اندام‌ها)
baseline-thumbnail = تصویر بندانگشتی ۱۶ پیکسلی
baselines-table = آنچه بدون دیدن بیماری از دسته دانسته می‌شود
baselines-baseline = از روی
baselines-source = { $baseline }: { $source }
baselines-accuracy = دقت، با اعتبارسنجی متقابل
baselines-auc = AUC با اعتبارسنجی متقابل
baselines-test-accuracy = دقت روی تست
baselines-test-auc = AUC روی تست
baselines-note =
    بازه‌های ۹۵٪؛ هیچ بیماری در هر دو سو نیست. مدلی که آشکارا بالاتر از این‌ها نباشد نشان نداده است که
    بیماری را می‌بیند.
associations-table = آنچه با دسته همراه است
associations-column = ستون
associations-values = شمار مقدارها
associations-note =
    هر ستون به‌تنهایی دستهٔ بیماران کنارگذاشته‌شده را تا چه اندازه لو می‌دهد؛ ۰٫۵ یعنی تصادف. اگر ستونی
    دسته را لو بدهد، شاید مدل آن را به جای بیماری آموخته باشد.
metric-balanced-accuracy = دقت متوازن

## Patients that are unknown, doubtful or few

patients-unknown =
    بیمارِ برخی یا همهٔ تصویرها معلوم نیست: هر تصویر بیمار جداگانه‌ای شمرده شده است، پس تصویرهای یک
    بیمار ممکن است در هر دو سوی تقسیم باشند و بازه‌ها بیش از اندازه باریک باشند.
patients-ambiguous-ids =
    { $groups } گروه از شناسه‌های بیماران ممکن است هر یک شناسهٔ یک بیمار به دو شکل باشد، مانند
    `{ $one }` و `{ $other }`. آن‌ها بیماران جداگانه شمرده شده‌اند؛ اگر یکی باشند، تصویرهای تست ممکن
    است از بیماری باشد که مدل از او آموخته است.
patients-many-folders =
    یک الگوی نام پرونده { $patients } بیمار را در { $folders } پوشهٔ پراکنده می‌یابد و `{ $example }`
    به‌تنهایی در { $example_folders } پوشه است: شاید الگو تصادفی جور درآمده باشد و در این صورت
    تصویرهای تست از بیمارانی است که مدل از آن‌ها آموخته است.
patients-both-classes =
    از { $patients } بیمار با چند تصویر که یک الگوی نام پرونده می‌یابد، { $mixed } بیمار در هر دو
    دسته‌اند، نزدیک به حد تصادف: شاید الگو اصلاً بیمار را نشان نمی‌دهد و در این صورت تصویرهای تست از
    بیمارانی است که مدل از آن‌ها آموخته است.
patients-folders-disagree =
    { $several } پوشه از { $folders } پوشه چند بیمار از بیمارانی را دارند که یک الگوی نام پرونده
    می‌یابد. اگر هر پوشه یک بیمار باشد، تصویرهای تست از بیمارانی است که مدل از آن‌ها آموخته است.
patients-few-in-validation =
    بخش ارزیابی تنها { $patients } بیمار از دستهٔ { $class_name } دارد، کمتر از { $fewest }: هرچه روی آن
    انتخاب شده (دوره، کالیبراسیون، آستانه، تنظیم) نامطمئن است.
patients-few-in-test =
    بخش تست تنها { $patients } بیمار از دستهٔ { $class_name } دارد، کمتر از { $fewest }: هر عددی که بر
    آن‌ها تکیه دارد نامطمئن است.

## A model

metric-accuracy = دقت
metric-f1 = F1
metric-macro-f1 = F1، میانگین دو دسته
metric-auc = AUC (سطح زیر منحنی ROC)
metric-sensitivity = حساسیت
metric-specificity = ویژگی
metric-brier = امتیاز بریر
metric-ece = خطای کالیبراسیون
metric-ppv = ارزش اخباری مثبت
metric-npv = ارزش اخباری منفی
metric-prevalence = شیوع
metric-intercept = عرض از مبدأ کالیبراسیون (درست: ۰)
metric-slope = شیب کالیبراسیون (درست: ۱)
metric-loss = خطا
model-network =
    مدل پایه (backbone) `{ $backbone }` است (وزن‌های آغازین: `{ $weights }`) و بر سر آن لایه‌های خطی با
    { LIST($sizes, separator: "\u200F، ") } واحد میانی و dropout برابر { SIGNIFICANT($dropout, digits: 2) } نشسته است. تصویرهای
    خاکستری { $side } در { $side } پیکسل می‌بیند.
model-percentiles =
    پیش از آنکه شبکه تصویری را ببیند، سطح‌های خاکستری آن کشیده می‌شوند: صدک نخست سیاه و صدک نود و نهم
    سفید می‌شود.
model-equalize = پیش از آنکه شبکه تصویری را ببیند، هیستوگرام سطح‌های خاکستری آن یکنواخت می‌شود.
model-clahe =
    پیش از آنکه شبکه تصویری را ببیند، هیستوگرام سطح‌های خاکستری آن به‌صورت محلی و با شیب محدود یکنواخت
    می‌شود (CLAHE).
model-augmentation =
    افزایش دادگان برای هر تصویر چرخشی تا { SIGNIFICANT($rotation, digits: 3) } درجه، انتقالی تا
    { PERCENT($translation, digits: 0) } ضلع، مقیاسی تا { PERCENT($scale, digits: 0) } و تغییر روشنایی
    ({ PERCENT($brightness, digits: 0) })، بهره ({ PERCENT($gain, digits: 0) }) و تضاد نسبت به میانگین
    ({ PERCENT($mean_contrast, digits: 0) }) می‌کشد.
model-texture =
    همچنین گاما را تغییر می‌دهد (توانی که حداکثر { SIGNIFICANT($gamma, digits: 3) } از ۱ بیشتر است، یا
    وارون آن)، تصویر را مات می‌کند (تا { SIGNIFICANT($blur, digits: 3) } پیکسل)، تیز می‌کند (تا
    { PERCENT($sharpening, digits: 0) })، نویز می‌افزاید (تا { PERCENT($noise, digits: 1) } مقیاس) و با
    JPEG فشرده می‌کند (کیفیت { $jpeg_quality } تا ۱۰۰).
model-style-mixing =
    تصویرهای یک دسته تا { PERCENT($amplitude, digits: 0) } از دامنه‌های فوریه‌ی یکدیگر را می‌گیرند؛
    { PERCENT($other_class_texture, digits: 0) } تصویرها بافت تصویری از کلاس دیگر را می‌گیرند؛ و دو
    مرحله‌ی نخست در { PERCENT($features, digits: 0) } دسته‌ها میانگین و انحراف معیار را می‌آمیزند
    (MixStyle).
model-views =
    پاسخ آن میانگین { $views } نمای جابه‌جاشده (به اندازه‌ی یک‌بیست‌وپنجم ضلع) از تصویر است و { $views }
    برابر زمان می‌برد.
model-stopping =
    حداکثر { $epochs } دوره، با توقف زودهنگام اگر `{ $metric }` روی ارزیابی { $patience } دوره بهتر
    نشود؛ وزن‌های دورهٔ { $best } نگه داشته شد (`{ $finished }`). آستانهٔ تصمیم
    { NUM($threshold, digits: 3) } روی ارزیابی به روش `{ $policy }` انتخاب شد.
metrics-table = معیارها روی بخش تست
metrics-metric = معیار
metrics-value = مقدار
metrics-low = ۹۵٪ از
metrics-high = تا
metrics-strongest = تنها از روی { $baseline }
metrics-without-disease = بدون دیدن بیماری
metrics-note = { $images } تصویر از { $patients } بیمار؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
epochs-table = معیارها در هر دوره
epochs-epoch = دوره
epochs-side = ضلع تصویر، پیکسل
epochs-metric = { $part }: { $metric }
curves-overfitted =
    در دورهٔ برگزیده ({ $epoch } از { $ran }) دقت روی آموزش { PERCENT($train, digits: 1) } و روی ارزیابی
    { PERCENT($validation, digits: 1) } است؛ آموزش بسیار جلوتر است: مدل به حفظ کردن تصویرها آغاز کرده
    است.
curves-validation-ahead =
    در دورهٔ برگزیده ({ $epoch } از { $ran }) دقت روی آموزش { PERCENT($train, digits: 1) } و روی ارزیابی
    { PERCENT($validation, digits: 1) } است؛ ارزیابی جلوتر است، چون آموزش با افزایش دادگان و dropout
    سنجیده می‌شود: نشانی از بیش‌برازش نیست.
curves-close =
    در دورهٔ برگزیده ({ $epoch } از { $ran }) دقت روی آموزش { PERCENT($train, digits: 1) } و روی ارزیابی
    { PERCENT($validation, digits: 1) } است؛ هر دو نزدیک‌اند: بیش‌برازش اندک است.
model-measured =
    روی { $images } تصویر تست از { $patients } بیمار، دقت { INTERVAL($accuracy, digits: 3) }، معیار F1
    برابر { INTERVAL($f1, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } است (بازه‌های ۹۵٪).
model-source =
    تنها روی منبع { $source } ({ $images } تصویر): دقت { INTERVAL($accuracy, digits: 3) } و AUC برابر
    { INTERVAL($auc, digits: 3) }.
model-shared-numbers =
    شمارهٔ بیمارِ { $with } تصویر تست در پوشه‌های دیگر هم هست؛ معلوم نیست که همان فرد باشد. روی آن‌ها حساسیت
    { INTERVAL($with_sensitivity, digits: 3) } و ویژگی { INTERVAL($with_specificity, digits: 3) } است، و
    روی { $without } تصویر دیگر { INTERVAL($without_sensitivity, digits: 3) } و
    { INTERVAL($without_specificity, digits: 3) }.
model-errors =
    از { $ill } تصویر { $positive }، { $missed } تصویر از دست رفت؛ از { $healthy } تصویر { $negative }،
    { $alarms } تصویر هشدار نادرست داد.
model-baseline-unknown =
    آنچه بدون دیدن بیماری (از پرونده‌ها، بافت یا تصویر بندانگشتی) دانسته می‌شود روی این بخش تست سنجیدنی
    نبود، پس چیزی نیست که مدل با آن مقایسه شود.
model-strongest-baseline =
    بدون دیدن بیماری و تنها از روی { $baseline } روی همین تصویرها می‌توان به دقت
    { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } رسید.
model-learnt-more =
    حتی کران پایین AUC مدل ({ NUM($low, digits: 3) }) بالاتر از کران بالای آن ({ NUM($high, digits: 3) })
    است: مدل بیش از این از تصویرها آموخته است.
model-learning-not-shown =
    کران پایین AUC مدل ({ NUM($low, digits: 3) }) بالاتر از کران بالای آن ({ NUM($high, digits: 3) }) نیست:
    نشان داده نشد که مدل بیش از این چیزی از تصویرها آموخته باشد.

## Limits

not-a-device =
    برای پژوهش و آموزش است؛ این یک ابزار پزشکی نیست و هیچ‌چیز آن نباید دربارهٔ بیماری تصمیم بگیرد.
limit-files-tell =
    خودِ پرونده‌ها دسته‌ها را از هم جدا می‌کنند (AUC برابر { INTERVAL($auc, digits: 3) } بدون پیکسل)، پس
    هیچ دقتی در اینجا دربارهٔ بیمارستان دیگری نیست.
limit-conflicting-labels =
    { $groups } گروه از تصویرهای یکسان برچسب متناقض دارند: برخی برچسب‌ها نادرست‌اند.
limit-one-source =
    همهٔ بخش‌ها از یک منبع‌اند: بخش تست از بیماران تازهٔ همان منبع می‌گوید، نه از دستگاه‌ها، سن‌ها یا
    کشورهای دیگر.
limit-inside =
    عددی که در همان پوشهٔ آموزش سنجیده شده باشد دربارهٔ جای دیگر گواه نیست: بیمارستان دیگر دستگاه‌ها،
    بیماران و عادت‌های دیگری دارد و مدل ممکن است بر ویژگی‌های اولی تکیه کرده باشد.
limit-not-elsewhere =
    نتیجه‌ای از تصویرهای بیمارستانی دیگر نیست: معلوم نیست مدل در جای دیگر چگونه کار می‌کند. این فرمان آن را
    می‌سنجد: `{ $command }`.
limit-elsewhere =
    { $model } در جای دیگر، روی { $images } تصویر `{ $name }`: دقت { INTERVAL($accuracy, digits: 3) } و
    AUC برابر { INTERVAL($auc, digits: 3) }.
limit-small-test =
    بخش تست کوچک است ({ $images } تصویر از { $patients } بیمار): بازهٔ ۹۵٪ دقت
    { NUM($width, digits: 1) } واحد درصد پهنا دارد و تفاوت‌های کوچک‌تر از آن نشان داده نمی‌شوند.
limit-test =
    با { $images } تصویر تست از { $patients } بیمار، بازهٔ ۹۵٪ دقت { NUM($width, digits: 1) } واحد درصد
    پهنا دارد: تفاوت‌های کوچک‌تر میان مدل‌ها نشان داده نمی‌شوند.
limit-shortcut =
    راه میان‌بری یافت شد: گوشه‌ها، که جای حروف و نشانه‌هاست، بیش از هر ناحیهٔ هم‌اندازهٔ دیگر تصمیم را
    می‌سازند (جرم { NUM($mass, digits: 2) } برابر، اثر { NUM($covered, digits: 2) } برابر).
limit-no-shortcut =
    راه میان‌بری در گوشه‌ها یافت نشد (جرم { NUM($mass, digits: 2) } برابر و اثر
    { NUM($covered, digits: 2) } برابر بزرگ‌ترین ناحیهٔ هم‌اندازهٔ دیگر)؛ راه‌های میان‌بر دیگر با نقشه‌ها
    جست‌وجو نشد.
limit-no-heat-maps =
    نقشه‌های گرمایی این مدل آزموده نشده‌اند و راه‌های میان‌بر جست‌وجو نشده‌اند: `{ $command }` این کار را
    می‌کند.

## A model's card

card-use = کاربرد
card-data = دادگان
card-training = آموزش مدل
card-measured = سنجش روی بخش تست
card-elsewhere = سنجش در جای دیگر: { $name }
card-limits = راه‌های میان‌بر و محدودیت‌ها
card-loading = شیوهٔ بارگذاری
card-takes =
    یک تصویر روبه‌روی قفسهٔ سینه می‌گیرد و احتمال `{ $positive }` را (در برابر `{ $negative }`) می‌دهد،
    برای آموختن و پژوهیدن اینکه چنین مدلی چگونه ساخته، سنجیده و وارسی می‌شود.
card-facts =
    احتمال با دمای { NUM($temperature, digits: 3) } حساب می‌شود؛ از { NUM($threshold, digits: 3) } به بالا
    پاسخ `{ $positive }` است. وزن‌ها `{ $weights }` و داده‌ها `{ $data }` (آغاز چکیدهٔ آن‌ها).

## Hyperparameters

column-first-model = مدل نخست
column-tuned-model = مدل تنظیم‌شده
settings-table = ابرپارامترها
settings-name = ابرپارامتر
settings-tried = آزموده در جست‌وجو
trials-table = بهترین آزمایش‌ها روی بخش ارزیابی
trials-trial = آزمایش
trials-best = بهترین { $metric }
trials-epochs = دوره
trials-seconds = ثانیه
trials-finalist = راه‌یافته به پایان
finalists-table = راه‌یافتگان، با آموزش کامل، روی ارزیابی
finalists-setting = تنظیم
finalists-trainings = شمار آموزش
finalists-mean = میانگین { $metric }
finalists-deviation = انحراف معیار
finalists-taken = برگزیده
finalists-baseline = تنظیم مدل نخست
finalists-failed = { $done }، { $failed } ناموفق
soup-table = سوپ حریصانه: آموزش‌های راه‌یافتگان به ترتیبی که آزموده شدند، روی ارزیابی
soup-seed = بذر
soup-alone = { $metric } به‌تنهایی
soup-together = { $metric } سوپ با آن
soup-kept = نگه داشته شد
soup-layers = نه: لایه‌های دیگر
soup-note =
    هر آموزش در وزن‌های آموزش‌هایی که پیش از آن نگه داشته شدند میانگین گرفته می‌شود و اگر میانگین با آن بدتر
    نشود می‌ماند.
soup-off = وزن‌ها میانگین گرفته نشدند (`tuning.soup` برابر false است): مدل تنظیم‌شده یک آموزش است.
soup-average =
    مدل تنظیم‌شده سوپ حریصانه (greedy soup) است: میانگین وزن‌های { $models } آموزش از { $tried } آموزش
    آزموده‌شده. { $metric } آن روی ارزیابی { NUM($score, digits: 4) } است و از آنِ بهترین آموزش به‌تنهایی
    ({ $name }، بذر { $seed }) { NUM($alone, digits: 4) }. تنظیم‌ها و منحنی‌های آموزش مدل تنظیم‌شده از آنِ همین
    آموزش است که سوپ با آن آغاز می‌شود.{ $left }
soup-single =
    میانگین‌گرفتن از وزن‌ها (greedy soup) کمکی نکرد: از { $tried } آموزش آزموده‌شده هیچ‌یک { $metric } بهترین
    آموزش روی ارزیابی ({ NUM($alone, digits: 4) }) را نگه نداشت و مدل تنظیم‌شده تنها همان آموزش است
    ({ $name }، بذر { $seed }).{ $left }
soup-other-layers =
    { " " }آموزش‌هایی که لایه‌های دیگری دارند و با آن میانگین‌پذیر نیستند: { $left }.
comparison-table = مدل نخست و مدل تنظیم‌شده روی بخش تست
comparison-difference = اختلاف
comparison-note =
    { $images } تصویر تست از { $patients } بیمار، برای هر دو یکسان؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
tuning-search =
    { $trials } آزمایش با { $epochs } دوره روی هم { NUM($minutes, digits: 1) } دقیقه طول کشید. طبق قاعده
    ({ $metric } روی ارزیابی) `{ $chosen }` برگزیده شد.
tuning-chance =
    هیچ آزمایشی از تصادف بهتر نبود: آزمایش‌ها کوتاه‌تر یا داده‌ها کمتر از آن بود که جست‌وجو بتواند
    تنظیم‌ها را از هم بازشناسد.
tuning-better =
    مدل تنظیم‌شده از مدل نخست بهتر است: اختلاف دقت روی همان { $images } تصویر تست
    { NUM($value, digits: 1, sign: "+") } واحد درصد (بازهٔ ۹۵٪: { NUM($low, digits: 1, sign: "+") } تا
    { NUM($high, digits: 1, sign: "+") }؛ آزمون دقیق مک‌نمار p = { SIGNIFICANT($p, digits: 2) }){ $kept }.{ $failures }
tuning-not-told-apart =
    مدل تنظیم‌شده و مدل نخست از هم تمییز داده نمی‌شوند: اختلاف دقت روی همان { $images } تصویر تست
    { NUM($value, digits: 1, sign: "+") } واحد درصد (بازهٔ ۹۵٪: { NUM($low, digits: 1, sign: "+") } تا
    { NUM($high, digits: 1, sign: "+") }؛ آزمون دقیق مک‌نمار p = { SIGNIFICANT($p, digits: 2) }){ $kept }.{ $failures }
tuning-worse =
    مدل تنظیم‌شده از مدل نخست بدتر است: اختلاف دقت روی همان { $images } تصویر تست
    { NUM($value, digits: 1, sign: "+") } واحد درصد (بازهٔ ۹۵٪: { NUM($low, digits: 1, sign: "+") } تا
    { NUM($high, digits: 1, sign: "+") }؛ آزمون دقیق مک‌نمار p = { SIGNIFICANT($p, digits: 2) }){ $kept }.{ $failures }
tuning-none-compared-better =
    { "؛ " }تنظیم مدل نخست نگه داشته شد، چون از تنظیم‌های دیگر هیچ‌یک که مقایسه‌شدنی بود بهتر نبود
tuning-none-better = { "؛ " }جست‌وجو تنظیم بهتری نیافت و همان تنظیم مدل نخست نگه داشته شد
tuning-failures =
    { " " }تنها { $whole } از { $all } راه‌یافته مقایسه شد: آموزش با این تنظیم‌ها دو بار شکست خورد:
    { LIST($settings, separator: "\u200F؛ ") }.
tuning-failure = { $name } (بذر { LIST($seeds, separator: "\u200F، ") }: { $problem })
tuning-accuracy-rose =
    دقت اندازه‌گیری‌شده از { NUM($before, digits: 3) } به { NUM($after, digits: 3) } رسید.
tuning-accuracy-stayed =
    دقت اندازه‌گیری‌شده { NUM($after, digits: 3) } ماند: تنظیم در اینجا دقت بالاتری نیاورد.
tuning-accuracy-fell =
    دقت اندازه‌گیری‌شده از { NUM($before, digits: 3) } به { NUM($after, digits: 3) } افت کرد: انتخاب روی
    ارزیابی انجام شد و تست با آن همراه نبود.
pooled-table = هر دو تنظیم روی چند تقسیم بر پایهٔ بیمار: تنظیم‌شده منهای نخست، روی تست
pooled-split = تقسیم
pooled-images = تصویر تست
pooled-own = { $split } (همین مطالعه)
pooled-all = روی هم
pooled-note =
    هر دو تنظیم روی هر تقسیم دوباره آموزش دیدند، حداکثر { $epochs } دوره با تصویر { $side } پیکسلی،
    کوتاه‌تر و کوچک‌تر از مدل‌های این مطالعه. هیچ بیماری در دو تقسیم تست نمی‌شود؛ بازه‌های ۹۵٪ با بیمار
    به‌عنوان واحد. دقت و F1 روی هم از همهٔ تصویرهای تست و AUC روی هم میانگین تقسیم‌هاست.
pooled-better =
    روی { $splits } تقسیم ({ $images } تصویر تست از { $patients } بیمار) تنظیم برگزیده از تنظیم نخست بهتر است:
    اختلاف دقت { NUM($value, digits: 1, sign: "+") } واحد درصد
    (بازهٔ ۹۵٪: { NUM($low, digits: 1, sign: "+") } تا { NUM($high, digits: 1, sign: "+") }).
pooled-not-told-apart =
    روی { $splits } تقسیم ({ $images } تصویر تست از { $patients } بیمار) تنظیم برگزیده و تنظیم نخست از هم تمییز
    داده نمی‌شوند: اختلاف دقت { NUM($value, digits: 1, sign: "+") } واحد درصد
    (بازهٔ ۹۵٪: { NUM($low, digits: 1, sign: "+") } تا { NUM($high, digits: 1, sign: "+") }).
pooled-worse =
    روی { $splits } تقسیم ({ $images } تصویر تست از { $patients } بیمار) تنظیم برگزیده از تنظیم نخست بدتر است:
    اختلاف دقت { NUM($value, digits: 1, sign: "+") } واحد درصد
    (بازهٔ ۹۵٪: { NUM($low, digits: 1, sign: "+") } تا { NUM($high, digits: 1, sign: "+") }).
pooled-seen =
    { PERCENT($share, digits: 0) } این تصویرهای تست شاید در گزینش تنظیم نقش داشته‌اند: در تقسیم این مطالعه، که
    جست‌وجو در آن انجام شد، در بخش آموزش یا ارزیابی بودند. تنها تقسیم نخست از این آزاد است، پس اختلاف روی هم
    ممکن است به سود تنظیم برگزیده باشد.
pooled-same = هر دو تنظیم یکی هستند و اختلافی برای یافتن نیست.

## Quantization

size-table = اندازه و سرعت، پیش و پس از کوانتیزه‌سازی
size-measure = سنجه
size-of-what = از چه
column-float = اعشاری
column-int8 = int8
size-times-less = چند برابر کمتر
size-note = یک تصویر، یک رشته.
size-file = اندازهٔ پرونده، مگابایت
size-mean = میانگین زمان، میلی‌ثانیه
size-median = میانهٔ زمان، میلی‌ثانیه
class-table = دقت هر دسته، پیش و پس از کوانتیزه‌سازی
class-right = درست از { $class_name }
class-images = تصویر
class-lost = از دست رفته / به دست آمده
quantization-size =
    پروندهٔ int8 به‌جای { NUM($before, digits: 2) } مگابایت { NUM($after, digits: 2) } مگابایت است:
    { PERCENT($ratio, digits: 1) } پروندهٔ اعشاری.
quantization-faster =
    یک تصویر { $width } × { $height } پیکسلی روی یک رشته در int8 { NUM($median, digits: 2) } میلی‌ثانیه زمان می‌برد. زمان
    نسخهٔ اعشاری در همان موتور اجرا برای کل پرونده { INTERVAL($file, digits: 2) } برابر است (int8 سریع‌تر
    است)، برای شبکه به‌تنهایی { INTERVAL($network, digits: 2) } برابر، و زمان PyTorch معمولی
    { INTERVAL($eager, digits: 2) } برابر (میانه‌ها، بازه‌های ۹۵٪).
quantization-slower =
    یک تصویر { $width } × { $height } پیکسلی روی یک رشته در int8 { NUM($median, digits: 2) } میلی‌ثانیه زمان می‌برد. زمان
    نسخهٔ اعشاری در همان موتور اجرا برای کل پرونده { INTERVAL($file, digits: 2) } برابر است (int8 کندتر
    است)، برای شبکه به‌تنهایی { INTERVAL($network, digits: 2) } برابر، و زمان PyTorch معمولی
    { INTERVAL($eager, digits: 2) } برابر (میانه‌ها، بازه‌های ۹۵٪).
quantization-as-fast =
    یک تصویر { $width } × { $height } پیکسلی روی یک رشته در int8 { NUM($median, digits: 2) } میلی‌ثانیه زمان می‌برد. زمان
    نسخهٔ اعشاری در همان موتور اجرا برای کل پرونده { INTERVAL($file, digits: 2) } برابر است (این اجراها
    تفاوتی نشان نمی‌دهند)، برای شبکه به‌تنهایی { INTERVAL($network, digits: 2) } برابر، و زمان PyTorch معمولی
    { INTERVAL($eager, digits: 2) } برابر (میانه‌ها، بازه‌های ۹۵٪).
quantization-machine =
    اندازه‌گیری روی { $processor } (تعداد هسته: { $cores }، onnxruntime { $version }) انجام شد که برای ضرب
    داخلی بایت‌ها دستور دارد: { LIST($instructions, separator: "\u200F، ") }.
quantization-machine-without-int8 =
    اندازه‌گیری روی { $processor } (تعداد هسته: { $cores }، onnxruntime { $version }) انجام شد که دستوری برای
    ضرب داخلی بایت‌ها (VNNI، AMX یا همتای ARM) ندارد: پردازنده‌ای که آن را دارد از int8 بیشتر سود می‌برد.
quantization-quality =
    تصمیم‌های درست روی بخش تست، از اعشاری به int8: { LIST($classes, separator: "؛ ") }. سطح زیر منحنی از
    { NUM($before, digits: 4) } به { NUM($after, digits: 4) }.
quantization-class =
    { $class_name } از { PERCENT($before, digits: 1) } به { PERCENT($after, digits: 1) } از { $images } تصویر
    ({ $lost } از دست رفته، { $gained } به دست آمده)
quantization-agreement =
    دو مدل در { PERCENT($share, digits: 1) } از { $images } تصویر تست یکسان تصمیم می‌گیرند (۹۵٪:
    { PERCENT($low, digits: 1) } تا { PERCENT($high, digits: 1) }). آنجا که تنها یکی درست می‌گوید، { $first }
    بار مدل اعشاری و { $second } بار int8 است؛ آزمون دقیق مک‌نمار: p = { SIGNIFICANT($p, digits: 2) }، نشانی
    نیست که یکی بیشتر خطا کند. احتمال‌ها به‌طور میانگین { NUM($mean, digits: 4) } و حداکثر
    { NUM($largest, digits: 3) } تفاوت دارند.
quantization-disagreement =
    دو مدل در { PERCENT($share, digits: 1) } از { $images } تصویر تست یکسان تصمیم می‌گیرند (۹۵٪:
    { PERCENT($low, digits: 1) } تا { PERCENT($high, digits: 1) }). آنجا که تنها یکی درست می‌گوید، { $first }
    بار مدل اعشاری و { $second } بار int8 است؛ آزمون دقیق مک‌نمار: p = { SIGNIFICANT($p, digits: 2) }، بسامد
    خطای آن‌ها یکسان نیست. احتمال‌ها به‌طور میانگین { NUM($mean, digits: 4) } و حداکثر
    { NUM($largest, digits: 3) } تفاوت دارند.
quantization-export =
    پروندهٔ اعشاری و PyTorch روی { $stored } تصویر ارزیابی و تست حداکثر { NUM($probability, digits: 6) } در
    احتمال ({ NUM($log_odds, digits: 6) } در لگاریتم بخت) و { $levels } در سطح‌های خاکستری‌ای که شبکه می‌بیند
    تفاوت دارند؛ روی { $original } تصویر از آن‌ها در اندازهٔ اصلی، که خود پرونده کوچکشان می‌کند، حداکثر
    { NUM($original_probability, digits: 6) } ({ NUM($original_log_odds, digits: 6) }) و { $original_levels }.
quantization-export-without-originals =
    پروندهٔ اعشاری و PyTorch روی { $stored } تصویر ارزیابی و تست حداکثر { NUM($probability, digits: 6) } در
    احتمال ({ NUM($log_odds, digits: 6) } در لگاریتم بخت) و { $levels } در سطح‌های خاکستری‌ای که شبکه می‌بیند
    تفاوت دارند؛ اندازهٔ اصلی مقایسه نشد.
quantization-choice =
    از { $trials } آزمایش روی بخش ارزیابی روش { $method } برگزیده شد. لازم نبود هیچ لایه‌ای اعشاری بماند.
    { $int8 } عملگر واقعاً در int8 اجرا می‌شود و { $float } کانولوشن یا ضرب ماتریسی در اعشاری.
quantization-choice-with-float =
    از { $trials } آزمایش روی بخش ارزیابی روش { $method } برگزیده شد. این لایه‌ها اعشاری ماندند:
    { LIST($layers, separator: "\u200F، ") }. { $int8 } عملگر واقعاً در int8 اجرا می‌شود و { $float } کانولوشن یا
    ضرب ماتریسی در اعشاری.
quantization-pytorch-left-out = { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: مقدار { $detail } صفر است.
quantization-pytorch-other-processor =
    { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: کوانتیزه‌کنندهٔ torchao برای x86 است و این دستگاه { $detail } است.
quantization-pytorch-no-compiler =
    { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: torch.compile به کامپایلر C++{ "\u200E" } نیاز دارد و { $detail }
    اینجا نیست.
quantization-pytorch-failed = { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: تلاش ناکام ماند ({ $detail }).
quantization-pytorch =
    { "\u200F" }int8 خود PyTorch (PT2E، کامپایل‌شده) برای شبکه به‌تنهایی { NUM($median, digits: 2) } میلی‌ثانیه زمان
    می‌برد؛ زمان نسخهٔ اعشاری کامپایل‌شدهٔ آن { INTERVAL($ratio, digits: 2) } برابر است. دقت آن روی بخش تست
    { PERCENT($accuracy, digits: 1) } است.

## Errors

errors-table = گونه‌های خطا، مهم‌ترین در آغاز
errors-type = گونهٔ خطا
errors-explanation = توضیح
errors-count = خطا
errors-percent = درصد از کل خطاها
errors-risk-ratio = نسبت خطر (۹۵٪)
errors-importance = اهمیت
errors-evidence = قوت شاهد
errors-note =
    هر تصویر می‌تواند از چند گونه باشد، پس جمع درصدها صد نمی‌شود. گونه‌ای که همهٔ تصویرهایش از یک کلاس‌اند با
    بقیهٔ همان کلاس مقایسه شده است. { $shown } گونه از { $all } گونه؛ همه در پروندهٔ `error_table` هستند.
evidence-by-definition = بنا به تعریف
evidence-reading = خوانش یک شخص
evidence-nothing-to-compare = بدون گروه مقایسه
evidence-anecdotal = در حد حکایت
evidence-clear = روشن
evidence-clear-not-independent = روشن ولی نامستقل
evidence-suggestive = نشانه‌دار
evidence-fewer-errors = خطای کمتر
evidence-not-shown = نشان داده نشده
errors-none = هیچ‌یک از { $images } تصویر تست اشتباه طبقه‌بندی نشده است: چیزی برای توضیح نیست.
errors-counted =
    { $errors } تصویر از { $images } تصویر تست ({ PERCENT($share, digits: 1) }) اشتباه طبقه‌بندی شده‌اند:
    { $missed } ذات‌الریهٔ ازدست‌رفته و { $alarms } هشدار نادرست.
errors-none-clear =
    هیچ گروهی که مستقل از مدل تعریف شده باشد، با خطای دست‌کم { $fewest } بیمار، بیش از آنچه تصادف توضیح
    می‌دهد خطا ندارد (تصحیح هولم برای همهٔ گروه‌ها، { SIGNIFICANT($significance, digits: 6) }): اندازه‌های
    زیر سرنخ‌اند، نه علت.
errors-clear =
    خطای بیش از آنچه تصادف توضیح می‌دهد، با احتساب همهٔ گروه‌ها، همراه است با:
    { LIST($types, separator: "\u200F، ") }. این همراهی هنوز به معنای علت نیست.
errors-first =
    مهم‌ترین گروه { $type } است (خطا: { $errors }، نسبت خطر با بازهٔ ۹۵٪: { NUM($ratio, digits: 1) }
    ({ NUM($low, digits: 1) } - { NUM($high, digits: 1) })، { $evidence }): اگر به خوبی بقیه بود
    { NUM($recoverable, digits: 1) } خطا از میان می‌رفت.
errors-first-without-doubtful-labels =
    جز برچسب‌های مشکوک، مهم‌ترین گروه { $type } است (خطا: { $errors }، نسبت خطر با بازهٔ ۹۵٪:
    { NUM($ratio, digits: 1) } ({ NUM($low, digits: 1) } - { NUM($high, digits: 1) })، { $evidence }): اگر به
    خوبی بقیه بود { NUM($recoverable, digits: 1) } خطا از میان می‌رفت.
errors-order-holds =
    این برقرار است، چه هزینهٔ یک ذات‌الریهٔ ازدست‌رفته { SIGNIFICANT($low, digits: 6) } هشدار نادرست باشد چه
    { SIGNIFICANT($high, digits: 6) }.
errors-order-depends =
    اینکه کدام گروه اول باشد به هزینهٔ ذات‌الریهٔ ازدست‌رفته (به هشدار نادرست) بستگی دارد:
    { LIST($firsts, separator: "، ") }.
errors-first-at = { $type } با هزینهٔ { SIGNIFICANT($cost, digits: 6) }
errors-causes = کسی که تصویرها را دیده این علت‌ها را نوشته است: { LIST($causes, separator: "\u200F، ") }.
errors-cause = { $cause } ({ $errors })
errors-few =
    { $errors } خطا کم است: بازه‌ها پهن‌اند و گروهی با کمتر از { $fewest } خطا، یا خطاهایی از بیماران کمتر،
    تنها یک حکایت است.

## What an error type means

type-of-a-person = کسی که تصویر را دیده علت را چنین نوشته است: { $cause }.
type-folder = پوشهٔ منتشرشده { $name } است.
type-subtype = نام پرونده می‌گوید زیرگروه { $name } است.
type-table-value = مقدار ستون { $column } در جدول { $value } است.
type-table-below =
    عدد ستون { $column } در جدول کمتر از { SIGNIFICANT($high, digits: 6) } است.
type-table-between =
    عدد ستون { $column } در جدول { SIGNIFICANT($low, digits: 6) } یا بیشتر و کمتر از
    { SIGNIFICANT($high, digits: 6) } است.
type-table-from =
    عدد ستون { $column } در جدول { SIGNIFICANT($low, digits: 6) } یا بیشتر است.
type-table-missing = ستون { $column } در جدول برای این تصویر خالی است.
type-missed = ذات‌الریه‌ای که مدل آن را سالم دانسته است.
type-false-alarm = سینهٔ سالمی که مدل آن را ذات‌الریه دانسته است.
type-near-threshold = احتمال نزدیک آستانهٔ تصمیم است: مدل مردد بوده است.
type-confident = مدل مطمئن بوده و اشتباه کرده است.
type-too-dark =
    تصویر تاریک‌تر از معمول است؛ بخش‌های روشن آن از { NUM($limit, digits: 2) } سفیدی کمتر است؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-too-bright =
    تصویر روشن‌تر از معمول است؛ بخش‌های روشن آن از { NUM($limit, digits: 2) } سفیدی بیشتر است؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-low-contrast =
    تصویر کم‌تضاد است: دامنهٔ خاکستری‌های آن از { NUM($limit, digits: 2) } کمتر است؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-blurred =
    تصویر تار است و جزئیات ریز آن کمتر از معمول است (تیزی زیر { NUM($limit, digits: 2) })؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-noisy =
    تصویر دانه‌دارتر از معمول است (نویز بالای { NUM($limit, digits: 3) })؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-tilted =
    قفسهٔ سینه بیش از { NUM($limit, digits: 0) } درجه کج است؛ مانند { NUM($percent, digits: 0) } درصد از
    تصویرهای آموزش که بیش از همه چنین‌اند.
type-cropped =
    تصویر تنگ بریده شده و بدن از لبه‌های چپ و راست آن بیرون می‌زند (خاکستری لبه بالای
    { NUM($limit, digits: 2) })؛ مانند { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه
    چنین‌اند.
type-tall-shape =
    شکل تصویر از معمول بلندتر است (نسبت عرض به ارتفاع زیر { NUM($limit, digits: 2) })؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-wide-shape =
    شکل تصویر از معمول پهن‌تر است (نسبت عرض به ارتفاع بالای { NUM($limit, digits: 2) })؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-black-borders = حاشیهٔ سیاه بیش از { PERCENT($limit, digits: 0) } تصویر را گرفته است.
type-burnt-in-marker = حرف، نشانه یا نوشته‌ای در گوشهٔ بالای تصویر حک شده است.
type-small-original =
    پروندهٔ اصلی کوچک است (ضلع کوتاه زیر { NUM($limit, digits: 0) } پیکسل)؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-low-jpeg-quality =
    پرونده به‌شدت فشرده شده است (کیفیت JPEG زیر { NUM($limit, digits: 0) })؛ مانند
    { NUM($percent, digits: 0) } درصد از تصویرهای آموزش که بیش از همه چنین‌اند.
type-other-colour-mode = حالت رنگ پرونده { $mode } نیست، که بیشتر پرونده‌های آموزش دارند.
type-many-images =
    بیمار تصویرهای بیشتری از بیمارِ { NUM($usual, digits: 0) } درصد تصویرهای آموزش دارد.
type-label-doubt =
    بیشتر نزدیک‌ترین تصویرهای آموزش، از دید همین مدل، برچسب دیگری دارند: برچسب را دوباره ببینید. منبع هر
    دو خودِ مدل است، پس این شاهد مستقلی نیست.
type-bacteria = نام پرونده می‌گوید ذات‌الریهٔ باکتریایی.
type-virus = نام پرونده می‌گوید ذات‌الریهٔ ویروسی.
type-virus-at-low-contrast =
    ذات‌الریهٔ ویروسی، به گفتهٔ نام پرونده، روی تصویر کم‌تضاد (هر دو ردیف با هم).

## Heat maps

sentences = { LIST($sentences, separator: " ") }
method-integrated-gradients = گرادیان‌های تجمیعی (روش ما)
method-gradient = گرادیان ساده
method-random = نقشهٔ تصادفی
fidelity-table = آیا نقشه‌ها آنچه را برای مدل مهم است نشان می‌دهند؟
fidelity-method = روش
fidelity-deletion = سطح حذف (کمتر بهتر)
fidelity-insertion = سطح بازگرداندن (بیشتر بهتر)
fidelity-note =
    { $images } تصویر تست؛ میانگین احتمال دستهٔ محتمل‌تر هنگامی که پیکسل‌ها به ترتیب نقشهٔ هموارشده حذف یا
    بازگردانده می‌شوند.
explained-table = تصویرهایی که توضیح داده شدند
explained-image = تصویر
explained-called = پاسخ
explained-label = برچسب
explained-probability = احتمال
explained-log-odds = لگاریتم بخت
explained-baseline = تصویر مبنا
explained-steps = گام
explained-delta = دلتا
outcome-wrong = نادرست
outcome-right = درست
explanation-completeness =
    { PERCENT($converged, digits: 0) } از نقشه‌های گرمایی با خطای حداکثر { PERCENT($tolerance, digits: 0) } با
    اختلاف لگاریتم بخت (log-odds) جمع می‌شوند (میانه { NUM($steps, digits: 0) } گام)؛ بقیه علامت خورده‌اند.
    لگاریتم بخت خود تصویر مبنا { NUM($log_odds, digits: 1) } است و { PERCENT($same_side, digits: 0) } از
    تصویرها در همان سمت هستند: نقشهٔ آن‌ها از آنچه به سود کلاسشان است کم نشان می‌دهد، چون تصویر مبنا آن را
    از پیش دارد.
explanation-deletion-tells =
    حذف پیکسل‌ها به ترتیب نقشهٔ هموارشده، میانگین احتمال کلاس محتمل‌تر را به { NUM($ours, digits: 2) } می‌رساند
    و به ترتیبی تصادفی با همان همواری به { NUM($random, digits: 2) } (اختلاف { NUM($low, digits: 2) } تا
    { NUM($high, digits: 2) }، بازهٔ ۹۵٪): این ترتیب نشان می‌دهد کدام ناحیه‌ها مهم‌اند. Grad-CAM:
    { NUM($grad_cam, digits: 2) }، گرادیان ساده: { NUM($gradient, digits: 2) }.
explanation-deletion-not-shown =
    حذف پیکسل‌ها به ترتیب نقشهٔ هموارشده، میانگین احتمال کلاس محتمل‌تر را به { NUM($ours, digits: 2) } می‌رساند
    و به ترتیبی تصادفی با همان همواری به { NUM($random, digits: 2) } (اختلاف { NUM($low, digits: 2) } تا
    { NUM($high, digits: 2) }، بازهٔ ۹۵٪): نشان داده نشد که این ترتیب ناحیه‌های مهم را می‌شناسد. Grad-CAM:
    { NUM($grad_cam, digits: 2) }، گرادیان ساده: { NUM($gradient, digits: 2) }.
explanation-insertion-agrees =
    بازگرداندن آن‌ها به همان ترتیب { NUM($ours, digits: 2) } می‌دهد در برابر { NUM($random, digits: 2) }
    ({ NUM($low, digits: 2) } تا { NUM($high, digits: 2) }) که همین را تأیید می‌کند.
explanation-insertion-no-gain =
    بازگرداندن آن‌ها به همان ترتیب { NUM($ours, digits: 2) } می‌دهد در برابر { NUM($random, digits: 2) }
    ({ NUM($low, digits: 2) } تا { NUM($high, digits: 2) }) که بهبودی نیست.
explanation-randomization =
    وقتی همهٔ وزن‌ها به هم ریخته شوند، همبستگی رتبه‌ای نقشه‌ها با نقشه‌های واقعی با علامت
    { NUM($signed, digits: 2) } و بدون علامت { NUM($absolute, digits: 2) } است: آنچه بدون علامت می‌ماند کنتراست
    خود تصویر است، نه آنچه آموخته شده.
explanation-stability =
    با نویزی به اندازهٔ چند سطح خاکستری همبستگی رتبه‌ای { NUM($noise, digits: 2) } و با جابه‌جایی یک پیکسل
    { NUM($shift, digits: 2) } می‌ماند؛ برای نقشه‌های تصویرهای متفاوت { NUM($other_image, digits: 2) } است.
explanation-location =
    { PERCENT($centre, digits: 0) } از جرم نقشه‌ها در مرکز است (مساحت { PERCENT($centre_area, digits: 0) })،
    { PERCENT($border, digits: 0) } در حاشیه ({ PERCENT($border_area, digits: 0) })،
    { PERCENT($corners, digits: 0) } در گوشه‌ها ({ PERCENT($corners_area, digits: 0) })،
    { PERCENT($left, digits: 0) } در نیمهٔ چپ تصویر و { PERCENT($right, digits: 0) } در نیمهٔ راست.
explanation-outcomes =
    پاسخ‌های نادرست در برابر درست: مرکز { PERCENT($wrong_centre, digits: 0) } و
    { PERCENT($right_centre, digits: 0) }، حاشیه { PERCENT($wrong_border, digits: 0) } و
    { PERCENT($right_border, digits: 0) }، گوشه‌ها { PERCENT($wrong_corners, digits: 0) } و
    { PERCENT($right_corners, digits: 0) } ({ $wrong } و { $right } تصویر).
explanation-no-wrong =
    هیچ‌یک از تصویرهای آزموده نادرست پیش‌بینی نشده، پس مقایسه‌ای در کار نیست.
explanation-corners-drive =
    نشانه یا حرفی در گوشهٔ تصویر تصمیم را تعیین می‌کند: گوشه‌ها { NUM($mass, digits: 2) } برابر هر ناحیهٔ
    هم‌اندازهٔ دیگر جرم دارند و پوشاندنشان لگاریتم بخت را { NUM($covered, digits: 2) } برابر تغییر می‌دهد.
explanation-corners-do-not-drive =
    چیزی در گوشه‌ها تصمیم را تعیین نمی‌کند: در برابر ناحیه‌های هم‌اندازهٔ دیگر { NUM($mass, digits: 2) } برابر
    بیشترین جرم را دارند و پوشاندنشان لگاریتم بخت را { NUM($covered, digits: 2) } برابر تغییر می‌دهد.
explanation-lesions =
    { $subtype }: در { PERCENT($pointing, digits: 0) } از { $images } تصویر با ضایعهٔ کوچک، بیشترین مقدار نقشه
    درون ضایعه است (تصادفی { PERCENT($chance, digits: 0) }) و { PERCENT($mass, digits: 0) } از جرم مثبت درون
    آن است (تصادفی { PERCENT($mass_chance, digits: 0) }).
explanation-no-lesions = جای ضایعه‌ها معلوم نیست، پس نقشه‌ها را نمی‌توان با آن‌ها سنجید.

## Elsewhere: another hospital's films

elsewhere-none =
    هیچ مدلی روی تصویرهای بیمارستانی دیگر سنجیده نشده است. این فرمان این کار را می‌کند: `{ $command }`.
elsewhere-heading = در جای دیگر: { $name }
elsewhere-table = در درون و در جای دیگر
elsewhere-inside = درون (بخش تست)
elsewhere-outside = جای دیگر ({ $name })
elsewhere-note =
    درون: { $inside } تصویر از { $inside_patients } بیمار، با تقسیم `{ $method }`. جای دیگر: { $images }
    تصویر از { $patients } بیمار، که روی آن‌ها هیچ چیز آموخته یا انتخاب نشده است. تصمیم‌ها با آستانهٔ خود
    مدل، { NUM($threshold, digits: 3) }، است؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
outside-baselines-table = مدل در کنار آنچه بدون دیدن بیماری از این تصویرها دانسته می‌شود
outside-baselines-model = مدل
outside-baselines-balanced = مدل، متوازن‌شده
outside-baselines-note =
    مبناها روی همین تصویرها و با اعتبارسنجی متقابل آموخته‌اند؛ مدل هیچ‌یک از آن‌ها را ندیده است.
    متوازن‌شده: تصویرها چنان وزن گرفته‌اند که دو دسته در بافت و نما یکسان شوند.
subgroups-table = زیرگروه‌ها
subgroups-column = ستون
subgroups-value = مقدار
subgroups-films = تصویر
subgroups-patients = بیمار
subgroups-positives = با ذات‌الریه
subgroups-p = p (هولم)
subgroups-note =
    مقدار p سطح زیر منحنی هر زیرگروه را با تصویرهای دیگری که در همین ستون مقداری دارند مقایسه می‌کند، با
    تصحیح هولم برای همهٔ آزمون‌ها.
lesions-table = آیا نقشه‌های گرمایی ضایعه‌های واقعی را می‌یابند؟
lesions-pointing = بیشترین مقدار درون ضایعه
lesions-mass = جرم مثبت درون ضایعه
lesions-chance = تصادف
lesions-note = { $images } تصویر که کسی دور ضایعه‌های آن‌ها را کشیده است؛ بازه‌های ۹۵٪.
external-folder =
    `{ $name }`: { $readable } تصویر خوانا از { $patients } بیمار: { LIST($counts, separator: "\u200F، ") }.
external-unreadable = { $files } پرونده خواندنی نبود و کنار گذاشته شد.
external-copies =
    { $films } تصویر (تقریباً) همان تصویرهای آموزش‌اند و کنار گذاشته شدند:
    { LIST($examples, separator: "\u200F، ") }.
external-told-without-disease =
    دستهٔ این تصویرها بدون دیدن بیماری شناختنی است: تنها از روی { $baseline } می‌توان به AUC برابر
    { INTERVAL($auc, digits: 3) } رسید. مدلی که به همین نگاه کند اینجا خوب به نظر می‌رسد، و مدلی که آن را
    وارونه بخواند بد.
external-not-told-without-disease =
    نشان داده نشد که دستهٔ این تصویرها بدون دیدن بیماری شناختنی باشد: قوی‌ترین مبنا، { $baseline }، به AUC
    برابر { INTERVAL($auc, digits: 3) } می‌رسد.
external-baselines-unknown =
    آنچه بدون دیدن بیماری از این تصویرها دانسته می‌شود سنجیدنی نبود: شمارشان کم است.
external-unlike =
    بسیاری از تصویرها بیرون از دامنهٔ تصویرهای آموزش‌اند: { LIST($measures, separator: "\u200F، ") }.
external-measure = `{ $measure }` { PERCENT($share, digits: 0) }
external-measured =
    روی { $images } تصویر از { $patients } بیمار `{ $name }` دقت { INTERVAL($accuracy, digits: 3) } و AUC
    برابر { INTERVAL($auc, digits: 3) } است؛ در بخش تست پوشهٔ خودش دقت
    { INTERVAL($inside_accuracy, digits: 3) } و AUC برابر { INTERVAL($inside_auc, digits: 3) } بود.
external-lower-than-inside =
    آنچه در درون سنجیده شده بود اینجا برقرار نیست: AUC آشکارا کمتر است.
external-like-inside =
    بازه‌های دو AUC هم‌پوشانی دارند: نشان داده نشد که مدل اینجا از درون بدتر باشد.
external-higher-than-inside = { "\u200F" }AUC اینجا از درون هم بیشتر است.
external-inside-unknown = یکی از دو AUC بازه ندارد، پس مقایسه‌شدنی نیستند.
external-above-chance =
    مدل این تصویرها را بهتر از تصادف مرتب می‌کند: همهٔ بازهٔ AUC آن بالای ۰٫۵ است.
external-like-chance =
    مدل اینجا از تصادف بازشناختنی نیست: بازهٔ AUC آن ۰٫۵ را در بر دارد، که حدس زدن هم می‌دهد.
external-below-chance =
    مدل اینجا از تصادف بدتر است: همهٔ بازهٔ AUC آن زیر ۰٫۵ است، پس بیشتر وقت‌ها به تصویر سالم احتمال
    بالاتری می‌دهد.
external-chance-unknown = سنجیدنی نبود که مدل اینجا از تصادف بهتر است یا نه.
external-above-baseline =
    مدل آشکارا بالاتر از قوی‌ترین چیزی است که بدون دیدن بیماری دانسته می‌شود: { $baseline }، با دقت
    { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } روی همین تصویرها.
external-like-baseline =
    مدل آشکارا بالاتر از قوی‌ترین چیزی نیست که بدون دیدن بیماری دانسته می‌شود: { $baseline }، با دقت
    { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } روی همین تصویرها. نشان داده
    نشد که مدل بیماری را می‌بیند.
external-below-baseline =
    مدل پایین‌تر از چیزی است که بدون دیدن بیماری دانسته می‌شود: تنها از روی { $baseline } می‌توان روی همین
    تصویرها به دقت { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } رسید. نشان
    داده نشد که مدل بیماری را می‌بیند.
external-baseline-unknown =
    آنچه بدون دیدن بیماری از این تصویرها دانسته می‌شود سنجیدنی نبود، پس چیزی نیست که مدل با آن مقایسه شود.
external-copies-left-out = { $films } تصویر که (تقریباً) همان تصویرهای آموزش بودند کنار گذاشته شدند.
external-few-patients =
    بیماران کم‌شمارند: { LIST($classes, separator: "\u200F، ") }. هر عدد اینجا که بر آن‌ها تکیه دارد نامطمئن
    است.
external-over-texture = بافت
external-over-view = نما
external-balanced-above-chance =
    با وزن‌هایی که دو دسته را در { LIST($over, separator: " و ") } یکسان می‌کنند AUC برابر
    { INTERVAL($auc, digits: 3) } است (به اندازهٔ { $images } تصویر): بدون آن راه میان‌بر هم بالاتر از تصادف.
external-balanced-like-chance =
    با وزن‌هایی که دو دسته را در { LIST($over, separator: " و ") } یکسان می‌کنند AUC برابر
    { INTERVAL($auc, digits: 3) } است (به اندازهٔ { $images } تصویر): بدون آن راه میان‌بر نه توانایی نشان داده
    شد و نه نبودِ آن.
external-balanced-below-chance =
    با وزن‌هایی که دو دسته را در { LIST($over, separator: " و ") } یکسان می‌کنند AUC برابر
    { INTERVAL($auc, digits: 3) } است (به اندازهٔ { $images } تصویر): بدون آن راه میان‌بر هم پایین‌تر از تصادف.
external-balanced-unknown =
    { "\u200F" }AUC با دو دستهٔ یکسان در بافت و نما سنجیدنی نبود: هم‌پوشانی دو دسته در آن‌ها ناچیز یا شمار
    تصویرها کم است.
external-calibration =
    کالیبراسیون: عرض از مبدأ { INTERVAL($intercept, digits: 2) } (درست: ۰) و شیب
    { INTERVAL($slope, digits: 2) } (درست: ۱).
external-calibration-unknown = کالیبراسیون سنجیدنی نبود.
external-too-high = احتمال‌ها اینجا به‌طور میانگین بیش از اندازه بالا هستند.
external-too-low = احتمال‌ها اینجا به‌طور میانگین بیش از اندازه پایین هستند.
external-too-extreme = زیادی هم قاطع‌اند: بیش از اندازه نزدیک به ۰ و ۱.
external-slope-not-positive =
    احتمال بالاتر با ذات‌الریهٔ بیشتر همراه نیست، پس هیچ جابه‌جایی و دمایی آن‌ها را درست نمی‌کند.
external-local-threshold =
    آستانهٔ { NUM($threshold, digits: 3) } که روی همین تصویرها برای حساسیت
    { PERCENT($sensitivity, digits: 0) } انتخاب شده باشد، به حساسیت { INTERVAL($reached, digits: 3) } و ویژگی
    { INTERVAL($specificity, digits: 3) } می‌رسد؛ روی تصویرهای تازهٔ همین‌جا کمی بدتر خواهد بود.
external-local-threshold-unknown =
    آستانه‌ای برای اینجا نمی‌شد انتخاب کرد: هیچ تصویری با ذات‌الریه نیست، یا هیچ تصویری بدون آن.
external-warned =
    سهم تصویرهایی که هشدار گرفته‌اند { INTERVAL($share, digits: 3) } است. با هشدار نرخ خطا
    { INTERVAL($warned, digits: 3) } است و بدون هشدار { INTERVAL($others, digits: 3) }. از تصویرهای بدون
    هشدار مدل سهم { INTERVAL($called, digits: 3) } را ذات‌الریه می‌داند، که سهم
    { NUM($positives, digits: 3) } به آن دچارند (AUC برابر { INTERVAL($auc, digits: 3) }).
external-warning-worth = هشدار ارزشی دارد: مدل با هشدار بیشتر خطا می‌کند.
external-warning-not-shown =
    نشان داده نشد که مدل با هشدار بیشتر خطا کند: نبودِ هشدار دلیلی برای اعتماد نیست.
external-warning-misleads = مدل با هشدار کمتر خطا می‌کند: اینجا هشدارها گمراه‌کننده‌اند.
external-warned-all-or-none =
    سهم تصویرهایی که هشدار گرفته‌اند { INTERVAL($share, digits: 3) } است، پس ارزش هشدار سنجیدنی نیست.
external-no-subgroups =
    زیرگروهی نیست: جدولی داده نشده یا هیچ ستونی از آن به کار نمی‌آید.
external-subgroups-not-tested = هیچ زیرگروهی از هر دو دسته آن‌قدر بیمار ندارد که مقایسه شود.
external-subgroups-alike =
    از { $tested } زیرگروه AUC هیچ‌کدام بیش از حد تصادف با بقیه تفاوت ندارد (هولم): بیماران کم‌شمار
    تفاوت‌ها را پنهان می‌کنند.
external-subgroups-differ =
    از { $tested } زیرگروه AUC این‌ها بیش از حد تصادف با بقیه تفاوت دارد (هولم):
    { LIST($groups, separator: "\u200F؛ ") }.
external-subgroup =
    `{ $column }` { $value } با { INTERVAL($auc, digits: 3) }، p = { SIGNIFICANT($p, digits: 2) }
external-columns-left-out =
    ستون‌هایی که زیرگروه نمی‌سازند: { LIST($columns, separator: "\u200F، ") }.
external-column-values = `{ $column }` (مقدارهای بسیار)
external-column-one-value = `{ $column }` (تنها یک مقدار)
external-column-few-patients = `{ $column }` (بیماران کم)
external-lesions-found =
    { $method }: در سهم { INTERVAL($pointing, digits: 2) } از { $images } تصویر بیشترین مقدار درون ضایعه است
    (تصادف { INTERVAL($pointing_chance, digits: 2) }) و سهم { INTERVAL($mass, digits: 2) } از جرم مثبت درون آن
    است (تصادف { INTERVAL($mass_chance, digits: 2) }): بیشتر از تصادف.
external-lesions-not-shown =
    { $method }: در سهم { INTERVAL($pointing, digits: 2) } از { $images } تصویر بیشترین مقدار درون ضایعه است
    (تصادف { INTERVAL($pointing_chance, digits: 2) }) و سهم { INTERVAL($mass, digits: 2) } از جرم مثبت درون آن
    است (تصادف { INTERVAL($mass_chance, digits: 2) }): نشان داده نشد که نقشه‌ها ضایعه را می‌یابند.
external-lesions-below-chance =
    { $method }: در سهم { INTERVAL($pointing, digits: 2) } از { $images } تصویر بیشترین مقدار درون ضایعه است
    (تصادف { INTERVAL($pointing_chance, digits: 2) }) و سهم { INTERVAL($mass, digits: 2) } از جرم مثبت درون آن
    است (تصادف { INTERVAL($mass_chance, digits: 2) }): کمتر از تصادف.
external-no-lesions =
    دور ضایعه‌ها کشیده نشده است، پس نقشه‌های گرمایی با هیچ ضایعه‌ای سنجیده نشدند.

## Adapting a model to another hospital

recalibration-heading = سازگارشده با این بیمارستان
recalibration-table = چنان‌که هست، و برازش‌شده با این بیمارستان
recalibration-before = چنان‌که هست
recalibration-after = برازش‌شده با بیماران دیگر همین‌جا
recalibration-note =
    { $films } تصویر از { $patients } بیمار. هر تصویر با برازشی سنجیده می‌شود که هیچ تصویری از بیمار آن
    ندیده است. شبکه و AUC آن همان می‌ماند؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
recalibration-fit =
    برازش با همهٔ { $films } تصویر از { $patients } بیمار `{ $name }`: جابه‌جایی
    { NUM($shift, digits: 2) } و دمای { NUM($temperature, digits: 2) } برای لگاریتم بخت، و آستانهٔ
    { NUM($threshold, digits: 3) }.
recalibration-refused =
    اینجا احتمال بالاتر با ذات‌الریهٔ بیشتر همراه نیست (شیب کالیبراسیون
    { INTERVAL($slope, digits: 2) }، AUC { INTERVAL($auc, digits: 3) }): برازش پذیرفته نشد و پرونده‌ای
    نوشته نمی‌شود.
recalibration-doubtful =
    هشدار: این مدل اینجا از تصادف بازشناختنی نیست (AUC { INTERVAL($auc, digits: 3) }، شیب کالیبراسیون
    { INTERVAL($slope, digits: 2) }). برازش احتمال‌ها را کم‌تر نادرست می‌کند، بیشتر با بردن همهٔ آن‌ها به سوی
    سهم ذات‌الریه؛ نمی‌تواند کاری کند که مدل تصویرها را از هم بازشناسد.
recalibration-no-curve =
    شمار تصویرهای لازم سنجیدنی نبود: تصویرها برای برازش با برخی و سنجش روی دیگران بسیار کم‌اند.
recalibration-never-enough =
    حتی { $films } تصویر هم بس نیست: در بیش از ۱ از ۱۰ نمونه‌گیری، برازش روی همهٔ تصویرهای دیگر از مدل
    چنان‌که هست، یا از یک احتمال برای همهٔ تصویرها، بهتر نیست.
recalibration-enough =
    { $films } تصویر بس است: با این شمار و بیشتر، برازش دست‌کم در ۹ از ۱۰ نمونه‌گیری روی همهٔ تصویرهای دیگر
    بهتر است، هم از مدل چنان‌که هست و هم از یک احتمال برای همهٔ تصویرها.
prevalence-unknown = شیوع برآوردشدنی نبود: بخش اعتبارسنجی تنها یک دسته دارد.
prevalence-estimate =
    شیوع در اینجا بدون برچسب { INTERVAL($estimate, digits: 3) } برآورد می‌شود؛ برچسب‌ها
    { INTERVAL($labelled, digits: 3) } می‌گویند و در درون { NUM($inside, digits: 3) } است.
prevalence-unsafe-scores =
    با شیوع تصحیح نکنید: امتیازها آمیزه‌ای از امتیازهای تصویرهای اعتبارسنجی با و بدون ذات‌الریه نیستند
    (فاصله { NUM($distance, digits: 2) }، p = { SIGNIFICANT($p, digits: 2) })، پس چیزی بیش از شیوع دگرگون
    شده است.
prevalence-unsafe-warned =
    به برآورد اعتماد نکنید: سهم تصویرهای ناهمانند با تصویرهای آموزش { INTERVAL($share, digits: 3) } است و
    امتیازها روی چنین تصویرهایی هرگز آزموده نشده‌اند.
prevalence-not-unsafe =
    چیزی نشان نمی‌دهد که بیش از شیوع دگرگون شده باشد (p = { SIGNIFICANT($p, digits: 2) })، و این گواه آن
    نیست که نشده است.
prevalence-corrected =
    با تصحیح برای این برآورد، امتیاز بریر به‌جای { NUM($before, digits: 3) } برابر
    { NUM($after, digits: 3) } است.
prevalence-stated =
    با تصحیح برای شیوع گفته‌شدهٔ { NUM($stated, digits: 3) }، { NUM($after, digits: 3) } است.
three-way-table = تصمیم‌های سه‌گانه: دربارهٔ چند تصویر تصمیم گرفته می‌شود و چند بار درست
three-way-films-of = تصویرهای
three-way-validation = درون (اعتبارسنجی، جایی که آستانه‌ها انتخاب شدند)
three-way-outside = جای دیگر
three-way-negative = منفی
three-way-person = نخست به دست انسان
three-way-positive = مثبت
three-way-right = درست، از تصمیم‌ها
three-way-note =
    آستانه‌ها روی بخش اعتبارسنجی چنان انتخاب شده‌اند که کران پایین ارزش اخباری در آنجا
    { PERCENT($npv, digits: 0) } (منفی) و { PERCENT($ppv, digits: 0) } (مثبت) باشد. ارزش اخباری برای شیوعی
    درست است که در آن سنجیده شده است.
three-way-nothing =
    تصمیم‌های سه‌گانه: هیچ آستانه‌ای روی بخش اعتبارسنجی با همهٔ بازه‌اش به ارزش اخباری منفی
    { PERCENT($npv, digits: 0) } یا مثبت { PERCENT($ppv, digits: 0) } نمی‌رسد، پس همهٔ تصویرها را انسان
    می‌خواند.
three-way-negative-threshold =
    تصمیم‌های سه‌گانه: تصویر زیر { NUM($threshold, digits: 3) } منفی خوانده می‌شود.
three-way-no-negative = تصمیم‌های سه‌گانه: هیچ تصویری با اطمینان کافی منفی نیست.
three-way-positive-threshold =
    از { NUM($threshold, digits: 3) } به بالا مثبت خوانده می‌شود؛ دیگر تصویرها را نخست انسان می‌خواند.
three-way-no-positive =
    هیچ تصویری با اطمینان کافی مثبت نیست؛ دیگر تصویرها را نخست انسان می‌خواند.
three-way-told-inside =
    در درون (بخش تست) سهم تصمیم‌گرفته‌شده { INTERVAL($decided, digits: 3) } است و از این‌ها
    { INTERVAL($right, digits: 3) } درست است.
three-way-none-inside = در درون (بخش تست) دربارهٔ هیچ تصویری تصمیم گرفته نمی‌شود.
three-way-told-outside =
    در جای دیگر سهم تصمیم‌گرفته‌شده { INTERVAL($decided, digits: 3) } است و از این‌ها
    { INTERVAL($right, digits: 3) } درست است.
three-way-none-outside = در جای دیگر دربارهٔ هیچ تصویری تصمیم گرفته نمی‌شود.

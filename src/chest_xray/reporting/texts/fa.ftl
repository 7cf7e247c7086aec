### What the report, the models' cards and TensorBoard say, in Persian.
### Functions and the meaning of `backticks`: chest_xray/reporting/languages.py.
### A variant that begins with a Latin word begins with { "\u200F" }, so that it runs right to left.

# The ten digits, zero first.
digits = ۰۱۲۳۴۵۶۷۸۹
interval = { $value } ({ $low } تا { $high })
not-measured = سنجیده‌نشده
list-comma = ،
yes = بله
no = خیر

## Counts

n-images = { $images } تصویر
n-patients = { $patients } بیمار
n-films = { $films } تصویر
n-groups = { $groups } گروه
n-test-images = { $images } تصویر تست

## Pages

page-report = تصویر قفسهٔ سینه: گزارش
page-baseline-card = تصویر قفسهٔ سینه: مدل نخست
page-tuned-card = تصویر قفسهٔ سینه: مدل تنظیم‌شده
page-code = کد
page-source = کد: `{ $name }`
result-missing = `{ $name }` هنوز نیست؛ این فرمان آن را می‌سازد: `{ $command }`
result-damaged = تازه‌ترین `{ $name }` خراب است؛ این فرمان آن را از نو می‌سازد: `{ $command }`
result-stale =
    `{ $name }` نشان داده نمی‌شود: از `{ $made_from }` دیگری جز تازه‌ترین ساخته شده است؛ این فرمان آن
    را دوباره می‌سازد: `{ $command }`
result-of-unknown-origin =
    `{ $name }` نشان داده نمی‌شود: معلوم نیست از کدام تصویرها، تقسیم و مدل ساخته شده است؛ این فرمان آن
    را دوباره می‌سازد: `{ $command }`
result-of-another-version =
    `{ $name }` نشان داده نمی‌شود: نسخهٔ دیگری از این پروژه نوشتهٔ آن را ساخته است؛ این فرمان آن را دوباره
    می‌سازد: `{ $command }`
summary-heading = خلاصه
summary-inside =
    { $model }، در درون: روی { n-test-images } از { n-patients } همان پوشه‌ای که از آن آموخته است، درستی
    { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } است (درون پرانتز: بازه‌های
    ۹۵٪).
summary-caveat = بزرگ‌ترین هشدار: { $caveat }
summary-nothing =
    هنوز هیچ مدلی سنجیده نشده است. این فرمان مدل نخست را آموزش می‌دهد و می‌سنجد: `{ $command }`
summary-training =
    { $model }: آموزش `{ $run }` روی { $device } ({ $precision })، تقسیم `{ $splits }`.
summary-date = نوشته‌شده در `{ $date }`.
summary-commit = نوشته‌شده در `{ $date }` با نسخهٔ `{ $commit }` (commit).
summary-changed-commit =
    نوشته‌شده در `{ $date }` با نسخهٔ `{ $commit }` (commit) و تغییرهایی که در آن نیست.
summary-machine =
    این صفحه روی { $processor } (شمار هسته: { $cores }) با { LIST($versions, separator: "\u200F، ") } نوشته شده
    است.
report-tensorboard = همهٔ این‌ها، دوره به دوره، در TensorBoard هست: `{ $command }`

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
figure-curves = زیان و درستی روی آموزش و اعتبارسنجی؛ خط نقطه‌چین دورهٔ برگزیده است.
figure-confusion-matrix = ماتریس درهم‌ریختگی بخش تست.
figure-ranking = منحنی ROC و منحنی دقت-فراخوانی روی بخش تست.
figure-reliability = آیا احتمال‌های پیش‌بینی‌شده درست از آب درمی‌آیند؟ روی قطر آری.
figure-misclassified =
    همهٔ تصویرهای تست که مدل اشتباه گفته است، مطمئن‌ترین در آغاز، با گونه‌های خطای هر یک.
figure-error-types =
    گونه‌های خطا به ترتیب اهمیت، و وابستگی این ترتیب به هزینهٔ ذات‌الریهٔ ازدست‌رفته.
figure-error-rates =
    بسامد خطای مدل هنگامی که تصویر تاریک‌تر، کم‌تضادتر، تارتر، کج‌تر و مانند آن می‌شود.
figure-error-examples =
    مهم‌ترین گونه‌های خطا با نمونه‌هایی از هر یک: برچسب و احتمال در بالا؛ معنای هر گونه در جدول است.
figure-confidence = اطمینان مدل آنجا که درست گفته و آنجا که اشتباه کرده است.
figure-explanations =
    تصویرهایی که مدل نادرست و درست گفته است: اصل تصویر، نقشهٔ گرمایی، و نقشه بر روی اصل.
figure-fidelity =
    آنچه رخ می‌دهد وقتی پیکسل‌ها به ترتیب نقشه حذف یا بازگردانده شوند، و وقتی وزن‌ها به هم ریخته شوند.
figure-external =
    تصویرهای بیمارستانی دیگر: منحنی ROC در کنار منحنی بخش تست درونی، اعتبار احتمال‌ها، منحنی تصمیم و AUC
    هر زیرگروه.
figure-external-audit =
    آنچه دستهٔ این تصویرها را بدون بیماری لو می‌دهد، و سهم تصویرهایی که بیرون از دامنهٔ تصویرهای آموزش‌اند.
figure-recalibration =
    مدل برازش‌شده با بیمارستانی دیگر: اعتبار احتمال‌ها پیش و پس از آن، شمار تصویرهای لازم، امتیازها در کنار
    آمیزه‌ای از امتیازهای درونی، و تصمیم‌های سه‌گانه.
figure-one-heat-map =
    آنچه پاسخ را برای یک تصویر جابه‌جا کرده است: نارنجی به سود ذات‌الریه و آبی به زیان آن.

## Within figures

in-figure-no-subtype = بدون زیرگروه
in-figure-counts-by-subtype = تصویرهای هر دسته به تفکیک زیرگروه
in-figure-counts-by-folder = تصویرهای هر دسته به تفکیک پوشهٔ منتشرشده
in-figure-counted = { $name } ({ $count })
in-figure-square = مربع
in-figure-width = عرض (پیکسل)
in-figure-height = ارتفاع (پیکسل)
in-figure-sizes = اندازهٔ { $images } تصویر
in-figure-samples = نمونه‌ها آن‌گونه که مدل می‌بیند ({ $side } × { $side } پیکسل)
in-figure-loss-by-epoch = زیان به تفکیک دوره
in-figure-accuracy-by-epoch = درستی به تفکیک دوره
in-figure-kept-epoch = برگزیده: دورهٔ { $epoch }
in-figure-px = { $side } پیکسل
in-figure-predicted = پاسخ مدل
in-figure-true = برچسب
in-figure-confusion-matrix = ماتریس درهم‌ریختگی، { n-test-images }
in-figure-share-of-class = سهم از دستهٔ برچسب
in-figure-model-auc = مدل، AUC برابر { NUM($auc, digits: 4) }
in-figure-chance = تصادف
in-figure-false-rate = ۱ منهای ویژگی
in-figure-roc = منحنی ROC روی تست
in-figure-model-precision = مدل، میانگین دقت { NUM($precision, digits: 4) }
in-figure-recall = فراخوانی (حساسیت)
in-figure-precision = دقت (ارزش اخباری مثبت)
in-figure-precision-recall = منحنی دقت-فراخوانی روی تست
in-figure-calibrated = کالیبراسیون کامل
in-figure-tenths = تصویرهای تست به تفکیک دهک احتمال؛ مساحت: شمار
in-figure-probability = احتمال پیش‌بینی‌شده
in-figure-observed = سهم دیده‌شدهٔ ذات‌الریه
in-figure-reliability = اعتبار احتمال‌ها روی تست (خطای کالیبراسیون { NUM($error, digits: 3) })
in-figure-brightness = روشنایی (سطح خاکستری روشن، ۰ تا ۱)
in-figure-contrast = تضاد (۰ تا ۱)
in-figure-sharpness = تیزی (لگاریتم جزئیات ریز به درشت)
in-figure-noise = نویز (۰ تا ۱)
in-figure-tilt = کجی (درجه، به هر سو)
in-figure-cut = تنگی برش (۰ تا ۱)
in-figure-shape = نسبت عرض به ارتفاع
in-figure-border = حاشیهٔ سیاه (سهم مساحت)
in-figure-marker = تضاد نشانه (۰ تا ۱)
in-figure-side = ضلع کوتاه (پیکسل)
in-figure-jpeg-quality = کیفیت JPEG
in-figure-misclassified-page =
    تصویرهای تست که اشتباه طبقه‌بندی شده‌اند، صفحهٔ { $page } از { $pages }، مطمئن‌ترین در آغاز
in-figure-none-misclassified = هیچ تصویر تستی اشتباه طبقه‌بندی نشده است.
in-figure-all-misclassified = { PLURAL($images) ->
        [one] تنها تصویر تست که اشتباه طبقه‌بندی شده است
       *[other] هر { $images } تصویر تست که اشتباه طبقه‌بندی شده‌اند، مطمئن‌ترین در آغاز
}
in-figure-first-misclassified =
    مطمئن‌ترین { $shown } تصویر از { $images } تصویر تست که اشتباه طبقه‌بندی شده‌اند؛ بقیه در صفحه‌های
    دیگرند
in-figure-called = { "\u200F" }{ $label }، پاسخ { $predicted }، احتمال { NUM($probability, digits: 3) }
in-figure-no-types = خطایی نیست، پس گونه‌ای هم نیست.
in-figure-wrong-of-type = خطا: { $errors }، { $evidence }
in-figure-type-importance = اهمیت (هزینه‌ای که از میان می‌رفت، در ۱۰۰ تصویر)
in-figure-importance-title = اهمیت
in-figure-error-types = گونه‌های خطا روی تست؛ نارنجی: روشن، آبی: نشانه‌دار، خاکستری: هیچ‌کدام
in-figure-risk-ratio = نسبت نرخ خطا در گونه به بیرون آن (بازهٔ ۹۵٪)
in-figure-risk-ratio-title = نسبت خطر
in-figure-cost = هزینهٔ ذات‌الریهٔ ازدست‌رفته (به هشدار نادرست)
in-figure-place = رتبه
in-figure-place-by-cost = رتبه به تفکیک هزینه
in-figure-by-label = به تفکیک برچسب و زیرگروه
in-figure-error-rate = نرخ خطا
in-figure-error-rates = نرخ خطا روی تست، به تفکیک زیرگروه و پنجک هر سنجهٔ تصویر
in-figure-right = درست ({ $images })
in-figure-wrong = نادرست ({ $images })
in-figure-confidence = اطمینان (۰ روی آستانه، ۱ قطعی)
in-figure-of-class = { "\u200F" }{ $name }، تست
in-figure-share-of-answers = سهم از پاسخ‌های درست، و از نادرست
in-figure-confidences = اطمینان پاسخ‌های درست و نادرست
in-figure-a-trial = یک آزمایش، در پایان آن
in-figure-best-so-far = بهترین تا اینجا
in-figure-finalist-failed = راه‌یافته‌ای که آموزش کاملش ناکام ماند
in-figure-search-minutes = زمان جست‌وجو (دقیقه)
in-figure-lower-better = { $metric } روی اعتبارسنجی (کمتر بهتر)
in-figure-higher-better = { $metric } روی اعتبارسنجی (بیشتر بهتر)
in-figure-best-trials = بهترین از { $trials } آزمایش تا هر زمان
in-figure-importance = ابرپارامترهای مؤثر (جنگل تصادفی)
in-figure-no-importance = آزمایش‌ها کم یا همه یکسان‌اند: چیزی نمی‌توان گفت
in-figure-importance-share = سهم از اهمیت
in-figure-settings =
    تنظیم همهٔ آزمایش‌ها: نارنجی راه‌یافتگان، تیره‌تر یعنی { $metric } بهتر روی اعتبارسنجی
in-figure-tuned-minus-first = { "\u200F" }{ $metric }، تنظیم‌شده منهای نخست
in-figure-split = تقسیم { $split }
in-figure-own-split = تقسیم { $split } (همین مطالعه)
in-figure-whole-file = کل پرونده، { $width } × { $height } پیکسل
in-figure-network-alone = شبکه به‌تنهایی، { $width } × { $height } پیکسل
in-figure-quantized = اعشاری و int8 روی { $processor } ({ LIST($instructions, separator: "\u200F، ") })
in-figure-quantized-without-int8 = اعشاری و int8 روی { $processor } (بدون ضرب داخلی int8)
in-figure-megabytes = پرونده (مگابایت)
in-figure-size = اندازه: int8 برابر { PERCENT($ratio, digits: 1) } اعشاری است
in-figure-milliseconds = میانه، و خط تا صدک ۹۵ (میلی‌ثانیه)
in-figure-latency = تأخیر: یک تصویر، یک رشته
in-figure-threads = { "\u200F" }{ $name }{ "\u200F" }، { $threads } رشته
in-figure-batch = تصویر در هر دسته
in-figure-per-second = تصویر در ثانیه
in-figure-throughput = گذردهی: { $backend }، { $what }
in-figure-value = مقدار روی تست، بازهٔ ۹۵٪
in-figure-quality = کیفیت روی تست
in-figure-integrated-gradients = گرادیان‌های تجمیعی
in-figure-grad-cam = Grad-CAM
in-figure-random-order = ترتیب تصادفی، به همان همواری
in-figure-called-wrong = پاسخ نادرست
in-figure-called-right = پاسخ درست
in-figure-none-wrong = پاسخ نادرست: هیچ
in-figure-none-right = پاسخ درست: هیچ
in-figure-confident-of-the-rest = مطمئن‌ترین بقیه
in-figure-most-confident = مطمئن‌ترین { $name }
in-figure-closest = نزدیک‌ترین { $name } به آستانه
in-figure-asked-for = درخواست‌شده
in-figure-what-moved =
    آنچه لگاریتم بخت { $name } را جابه‌جا کرد: گرادیان‌های تجمیعی، نارنجی به سود و آبی به زیان
in-figure-p-and-delta = { "\u200F" }(p: احتمال { $name }؛ Δ: خطای جمع نقشه در برابر اختلاف لگاریتم بخت)
in-figure-labelled = { $label }, p = { NUM($p, digits: 3) }
in-figure-delta = Δ = { NUM($delta, digits: 3, sign: "+") }
in-figure-delta-not-converged = { "\u200F" }Δ = { NUM($delta, digits: 3, sign: "+") }، همگرا نشده
in-figure-map-alone = نقشه به‌تنهایی:
in-figure-map-over = نقشهٔ هموارشده، روی اصل:
in-figure-log-odds-per-pixel = لگاریتم بخت { $name } در هر پیکسل
in-figure-deletion = حذف، { n-test-images } (کمتر بهتر)
in-figure-insertion = بازگرداندن، { n-test-images } (بیشتر بهتر)
in-figure-replaced = سهم پیکسل‌های حذف‌شده، به ترتیب نقشهٔ هموارشده
in-figure-put-back = سهم پیکسل‌های بازگردانده، به ترتیب نقشهٔ هموارشده
in-figure-area = { "\u200F" }{ $method }، سطح { NUM($area, digits: 3) }
in-figure-mean-probability = میانگین احتمال دستهٔ محتمل‌تر
in-figure-signed = { "\u200F" }{ $method }، با علامت
in-figure-absolute = { "\u200F" }{ $method }، بدون علامت
in-figure-no-stage = هیچ
in-figure-scrambled = وزن‌های به‌هم‌ریخته، از لایه‌های بالایی تا
in-figure-rank-correlation = همبستگی رتبه‌ای نقشه‌ها
in-figure-scrambling = وزن‌های به‌هم‌ریخته، { n-images }
in-figure-p = p({ $name }) = { NUM($p, digits: 3) }
in-figure-heat-map = نقشهٔ گرمایی (گام‌ها: { $steps }، Δ = { NUM($delta, digits: 4, sign: "+") })
in-figure-laid-over = روی تصویر
in-figure-no-pixels = بدون پیکسل
in-figure-texture = بافت
in-figure-thumbnail = تصویر بندانگشتی
in-figure-films = { "\u200F" }{ $name }{ "\u200F" }: { n-films } از { n-patients }
in-figure-auc = { "\u200F" }AUC (بازهٔ ۹۵٪)
in-figure-auc-inside = درون (بخش تست): AUC برابر { INTERVAL($auc, digits: 3) }
in-figure-auc-of = { "\u200F" }{ $name }: AUC برابر { INTERVAL($auc, digits: 3) }
in-figure-roc-by-source = منحنی ROC هر منبع
in-figure-auc-by =
    { "\u200F" }{ $name } تنها از روی { $baseline }: AUC برابر { INTERVAL($auc, digits: 3) }
in-figure-films-by-tenths = تصویرها به تفکیک دهک احتمال؛ مساحت: شمار
in-figure-reliability-title = اعتبار احتمال‌ها
in-figure-intercept = عرض از مبدأ { INTERVAL($value, digits: 3) }
in-figure-slope = شیب { INTERVAL($value, digits: 3) }
in-figure-model = مدل
in-figure-call-all = همهٔ تصویرها ذات‌الریه خوانده شوند
in-figure-call-none = هیچ‌کدام ذات‌الریه خوانده نشود
in-figure-decision-curve = منحنی تصمیم
in-figure-threshold = آستانه (احتمالی که از آن به بعد اقدام می‌شود)
in-figure-net-benefit = سود خالص هر تصویر
in-figure-no-subgroups = زیرگروهی نیست: ستونی برای ساختن آن نیست.
in-figure-all-films = همهٔ تصویرها
in-figure-value-alone = { INTERVAL($value, digits: 3) }
in-figure-auc-cross-validated = { "\u200F" }AUC با اعتبارسنجی متقابل (بازهٔ ۹۵٪)
in-figure-told-without = دسته، تنها از روی اندک
in-figure-share-of-films = سهم تصویرها
in-figure-beyond-range = تصویرهای بیرون از دامنهٔ تصویرهای آموزش
in-figure-reliability-area = اعتبار احتمال‌ها؛ مساحت: شمار تصویرها
in-figure-films-needed = چند تصویر لازم است
in-figure-fitted-to = شمار تصویرهای برازش
in-figure-brier-on-others = امتیاز بریر روی همهٔ تصویرهای دیگر
in-figure-refused = پذیرفته نشد
in-figure-few-films = تصویرها بسیار کم‌اند
in-figure-draws = ۹ از ۱۰ نمونه‌گیری
in-figure-fitted = برازش‌شده، میانگین نمونه‌گیری‌ها
in-figure-constant = یک احتمال برای همهٔ تصویرها
in-figure-prevalence-alone = آیا تنها شیوع جابه‌جا شده است؟
in-figure-mixture = تصویرهای اعتبارسنجی با شیوع برآوردشده
in-figure-none-decided = بدون تصمیم
in-figure-decided-right = { PERCENT($share, digits: 1) } تصمیم‌ها درست
in-figure-three-way = تصمیم‌های سه‌گانه
in-figure-example = { $label }, p = { NUM($p, digits: 3) }
in-figure-examples-of = { "\u200F" }{ $type } (خطا: { $errors })

## The data

source-phantoms =
    این تصویرها رسم‌شده‌اند (فانتوم): حقیقتشان دانسته است و هیچ عددی در اینجا دربارهٔ بیماران نیست.
source-folder =
    پوشه‌ای از تصویرها همان‌گونه که هست سنجیده شده است. اگر دادگان منتشرشده باشد (Kermany و دیگران،
    doi:10.17632/rscbjbr9sj.2، پروانهٔ CC BY 4.0)، از کودکان یک بیمارستان است.
part-train = آموزش
part-validation = اعتبارسنجی
part-test = تست
parts-table = تصویرهای هر دسته پس از تقسیم
parts-part = بخش
parts-together = مجموع
parts-share = سهم از کل
parts-none = در هیچ بخشی
parts-all = همه
parts-unreadable = در هیچ بخشی: پرونده‌هایی که خواندنی نیستند.
parts-left-out =
    در هیچ بخشی: پرونده‌هایی که خواندنی نیستند ({ $unreadable }) و تصویرهایی از بخش‌های دیگر که بیمار یا
    تصویری از بخش تست را نشان می‌دهند ({ $images }).
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
    هشدار: { $fact } به‌تنهایی دسته را لو می‌دهد، با درستی متوازن { NUM($accuracy, digits: 3) } روی
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
    { n-images } از { n-patients }: { $many_count } تصویر { $many } و { $few_count } تصویر { $few }، یعنی
    { NUM($ratio, digits: 1) } به یک. مدلی که همیشه { $many } بگوید برای { PERCENT($share, digits: 1) }
    آن‌ها درست می‌گوید؛ پس درستی به‌تنهایی گویا نیست و تابع زیان هر دسته را به نسبت کمیابی‌اش وزن می‌دهد.
data-equal-counts =
    { n-images } از { n-patients }: شمار { LIST($classes, separator: " و ") } برابر است (هر کدام
    { $count })، پس مدلی که همیشه یک پاسخ بدهد برای نیمی از آن‌ها درست می‌گوید.
data-one-class =
    { n-images } از { n-patients }، همه از دستهٔ { $label }: از یک دسته چیزی نمی‌توان آموخت.
data-one-size =
    همهٔ پرونده‌ها { $width } در { $height } پیکسل‌اند. تصویرهای چند دستگاه به‌ندرت چنین‌اند، پس شاید پیش‌تر
    کسی اندازهٔ آن‌ها را یکسان کرده باشد.
data-sizes =
    اندازهٔ پرونده‌ها یکسان نیست: ضلع‌ها از { $smallest } تا { $largest } پیکسل‌اند و میانه { $width }
    در { $height } است. همه به یک مربع کشیده می‌شوند.
data-defects =
    پرونده‌های ناخوانا: { $unreadable }؛ گروه‌های تصویر یکسان: { $duplicates } (با برچسب متناقض:
    { $conflicting }).
data-dicom-left-out =
    { $files } پروندهٔ DICOM تصویری برای آموزش نیست و کنار گذاشته شد ({ LIST($reasons, separator: "؛ ") }؛
    docs/dicom-training.md).
data-dicom-reason = { $reason }: { $count }
data-dicom-burnt-in =
    { $films } تصویر دربارهٔ خود می‌گوید که نوشته‌ای در پیکسل‌هایش هست (BurnedInAnnotation): پیش از نشان دادن
    شکلی از این تصویرها به دیگران، به خودشان نگاه کنید.
data-patients-in-several-folders =
    { $patients } شمارهٔ بیمار در چند پوشهٔ منتشرشده دیده می‌شود
    ({ LIST($folders, separator: "\u200F، ") }).
data-patients-in-one-folder =
    هیچ شمارهٔ بیماری در چند پوشهٔ منتشرشده دیده نمی‌شود ({ LIST($folders, separator: "\u200F، ") }).
data-near-duplicates =
    { $groups } تصویر چند بار و با کیفیت یا اندازهٔ دیگری ذخیره شده است ({ $files } پرونده). به نام چند بیمار،
    که یک بیمار شمرده می‌شوند: { $patients }؛ در هر دو دسته: { $classes }؛ در چند پوشهٔ منتشرشده:
    { $published_folders }.
data-split-leaks =
    تقسیم به روش `{ $method }` نشت دارد: { $leaked } تصویر تست از بیمارانی است که مدل از آن‌ها آموخته،
    پس نتیجه‌های تست بیش از اندازه خوب‌اند.
data-split-published-test =
    پوشهٔ منتشرشدهٔ `test` بخش تست است و بقیه به تفکیک بیمار تقسیم شده‌اند. { $shared } شمارهٔ بیمار در چند
    پوشه دیده می‌شود؛ معلوم نیست که همان افراد باشند، پس هر شماره در هر سو یک بیمار به شمار می‌آید.
data-split =
    تقسیم به روش `{ $method }` است و هیچ تصویر تستی از بیماری نیست که مدل از او آموخته باشد.
data-no-pixel-unknown =
    اینکه بدون نگاه به پیکسل‌ها تا کجا می‌توان رفت سنجیدنی نبود: یکی از دسته‌ها کمتر از دو بیمار دارد.
data-no-pixel-telling =
    بدون نگاه به حتی یک پیکسل، اندازه و حالت رنگ به AUC برابر { INTERVAL($size, digits: 3) } و با
    سرایند JPEG به { INTERVAL($files, digits: 3) } می‌رسند: بخشی از هر درستیی در اینجا ممکن است از شیوهٔ
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
    تنها در میان تصویرهای { $label } بافت تصویر پوشهٔ `{ $one }` را از
    { LIST($others, separator: "\u200F، ") } جدا می‌کند (AUC برابر { INTERVAL($auc, digits: 3) }):
    پرونده‌هایشان به شیوه‌های گوناگون ساخته شده‌اند و مدل می‌تواند همین را به جای بیماری بیاموزد.
data-texture-tells-sources =
    تنها در میان تصویرهای { $label } بافت تصویر منبع `{ $one }` را از
    { LIST($others, separator: "\u200F، ") } جدا می‌کند (AUC برابر { INTERVAL($auc, digits: 3) }): هر جا
    منبع با دسته همراه باشد، مدل می‌تواند منبع را به جای بیماری بیاموزد.
data-merged = پوشه‌های { LIST($folders, separator: "\u200F، ") } ادغام و از نو تقسیم شدند.
data-method-patient =
    بیماران، نه تصویرها، تقسیم می‌شوند: ۸۰٪ آموزش، ۱۰٪ اعتبارسنجی و ۱۰٪ تست، در هر دسته و منبع به یک نسبت.
    تصویرهای یک بیمار به هم شبیه‌اند و اگر در دو سوی تقسیم باشند، پاسخ‌هایی از پیش دانسته‌اند.
data-method-image =
    تصویرها جدا از اینکه از آنِ کیستند تقسیم می‌شوند: ۸۰٪ آموزش، ۱۰٪ اعتبارسنجی و ۱۰٪ تست، در هر دسته به یک
    نسبت. تصویرهای یک بیمار ممکن است در دو سو باشند و پاسخ‌هایی از پیش دانسته شوند.
data-method-published = بخش‌ها همان پوشه‌های منتشرشدهٔ `train`، `val` و `test` هستند.
data-method-published-test =
    بخش تست پوشهٔ منتشرشدهٔ `test` است؛ از بقیه نه‌دهم بیماران برای آموزش و یک‌دهم برای اعتبارسنجی‌اند.
data-method-source =
    بخش تست تصویرهای منبع‌های دیگر است؛ از بقیه نه‌دهم بیماران برای آموزش و یک‌دهم برای اعتبارسنجی‌اند.

## What can be told without the disease

baseline-no-pixel = اندازهٔ تصویر، حالت رنگ و سرایند JPEG
baseline-texture = بافت تصویر (جزئیات ریز، بی هیچ نشانی از اندام‌ها)
baseline-thumbnail = تصویر بندانگشتی ۱۶ پیکسلی (نمای درشت، که ضایعه‌های بزرگ هم در آن دیده می‌شود)
baselines-table = آنچه پرونده، بافت و نمای درشت به‌تنهایی از دسته می‌گویند
baselines-baseline = از روی
baselines-source = { $baseline }: { $source }
baselines-accuracy = درستی، با اعتبارسنجی متقابل
baselines-auc = AUC با اعتبارسنجی متقابل
baselines-test-accuracy = درستی روی تست
baselines-test-auc = AUC روی تست
baselines-note =
    بازه‌های ۹۵٪؛ هیچ بیماری در هر دو سو نیست. اعتبارسنجی متقابل: روی همهٔ تصویرهای پوشه (بافت و تصویر
    بندانگشتی: بدون بخش تست آن). روی تست: آموخته روی بخش آموزش و سنجیده روی بخش تست، مانند مدل‌ها؛ پس دو
    مقدار هر مبنا یکسان نیستند. مدلی که آشکارا بالاتر از این‌ها نباشد نشان نداده است که بیش از این‌ها می‌بیند.
outside-learned-note =
    بازه‌های ۹۵٪؛ آموخته و سنجیده روی همین تصویرها با اعتبارسنجی متقابل؛ هیچ بیماری در هر دو سو نیست. مدلی که
    آشکارا بالاتر از این‌ها نباشد نشان نداده است که بیش از این‌ها می‌بیند.
associations-table = آنچه با دسته همراه است
associations-column = ستون
associations-values = شمار مقدارها
associations-in-one-class = { $column } (در یک دسته خالی یا صفر)
associations-note =
    هر ستون به‌تنهایی دستهٔ بیماران کنارگذاشته‌شده را تا چه اندازه لو می‌دهد؛ ۰٫۵ یعنی تصادف. اگر ستونی
    دسته را لو بدهد، شاید مدل آن را به جای بیماری آموخته باشد، مگر آنکه ستون خود بیماری را وصف کند؛
    ستونی که در همهٔ تصویرهای یک دسته خالی یا صفر است (و نشان خورده) شاید چنین باشد.
metric-balanced-accuracy = درستی متوازن

## Patients that are unknown, doubtful or few

patients-unknown =
    بیمارِ برخی یا همهٔ تصویرها معلوم نیست: هر تصویر بیمار جداگانه‌ای شمرده شده است، پس تصویرهای یک
    بیمار ممکن است در هر دو سوی تقسیم باشند و بازه‌ها بیش از اندازه باریک باشند.
patients-ambiguous-ids =
    { $groups } گروه از شناسه‌های بیماران ممکن است هر یک شناسهٔ یک بیمار به دو شکل باشد، مانند
    `{ $one }` و `{ $other }`. آن‌ها بیماران جداگانه شمرده شده‌اند؛ اگر یکی باشند، تصویرهای تست ممکن
    است از بیماری باشد که مدل از او آموخته است.
patients-many-folders =
    یک الگوی نام پرونده { n-patients } را در { $folders } پوشهٔ پراکنده می‌یابد و `{ $example }`
    به‌تنهایی در { $example_folders } پوشه است: شاید الگو تصادفی جور درآمده باشد و در این صورت
    تصویرهای تست از بیمارانی است که مدل از آن‌ها آموخته است.
patients-both-classes =
    از { n-patients } با چند تصویر که یک الگوی نام پرونده می‌یابد، { $mixed } بیمار در هر دو { PLURAL($mixed) ->
        [one] دسته است
       *[other] دسته‌اند
    }، نزدیک به حد تصادف: شاید الگو اصلاً بیمار را نشان نمی‌دهد و در این صورت تصویرهای تست از
    بیمارانی است که مدل از آن‌ها آموخته است.
patients-folders-disagree =
    پوشه‌هایی که چند بیمار از بیمارانِ یک الگوی نام پرونده را دارند: { $several } پوشه از { $folders } پوشه. اگر
    هر پوشه یک بیمار باشد، تصویرهای تست از بیمارانی است که مدل از آن‌ها آموخته است.
patients-few-in-validation =
    بخش اعتبارسنجی تنها { n-patients } از دستهٔ { $class_name } دارد، کمتر از { $fewest }: هرچه روی آن
    انتخاب شده (دوره، کالیبراسیون، آستانه، تنظیم) نامطمئن است.
patients-few-in-test =
    بخش تست تنها { n-patients } از دستهٔ { $class_name } دارد، کمتر از { $fewest }: هر عددی که بر
    آن‌ها تکیه دارد نامطمئن است.

## A model

metric-accuracy = درستی
metric-f1 = F1
metric-macro-f1 = F1، میانگین دو دسته
metric-auc = AUC (سطح زیر منحنی ROC)
metric-area = AUC
metric-sensitivity = حساسیت
metric-specificity = ویژگی
metric-brier = امتیاز بریر
metric-ece = خطای کالیبراسیون
metric-ppv = ارزش اخباری مثبت
metric-npv = ارزش اخباری منفی
metric-prevalence = شیوع
metric-intercept = عرض از مبدأ کالیبراسیون (درست: ۰)
metric-slope = شیب کالیبراسیون (درست: ۱)
metric-loss = زیان
model-pretrained =
    یادگیری انتقالی: مدل پایه (backbone)، `{ $backbone }`، از وزن‌های `{ $weights }` آغاز می‌کند.
model-random =
    مدل پایه (backbone)، `{ $backbone }`، از وزن‌های تصادفی آغاز می‌کند: چیزی انتقال نمی‌یابد.
model-head =
    بر سر آن لایه‌های خطی با { LIST($sizes, separator: "\u200F، ") } واحد میانی و حذف تصادفی (dropout)
    { SIGNIFICANT($dropout, digits: 2) } نشسته است.
model-head-of-one-layer =
    بر سر آن یک لایهٔ خطی با حذف تصادفی (dropout) { SIGNIFICANT($dropout, digits: 2) } نشسته است.
model-input = تصویرهای خاکستری { $side } در { $side } پیکسل می‌بیند.
model-percentiles =
    پیش از آنکه شبکه تصویری را ببیند، سطح‌های خاکستری آن کشیده می‌شوند: صدک نخست سیاه و صدک نود و نهم
    سفید می‌شود.
model-equalize = پیش از آنکه شبکه تصویری را ببیند، هیستوگرام سطح‌های خاکستری آن یکنواخت می‌شود.
model-clahe =
    پیش از آنکه شبکه تصویری را ببیند، هیستوگرام سطح‌های خاکستری آن به‌صورت محلی و با شیب محدود یکنواخت
    می‌شود (CLAHE).
model-frozen =
    { PLURAL($epochs) ->
        [one] در دورهٔ نخست
       *[other] در { $epochs } دورهٔ نخست
    } تنها لایه‌های بالایی آموزش می‌بینند و سپس همهٔ لایه‌ها.
model-not-frozen = همهٔ لایه‌ها از دورهٔ نخست آموزش می‌بینند.
model-rates-by-stage =
    بیشترین نرخ یادگیری لایه‌های بالایی { SIGNIFICANT($head_rate, digits: 2) } و از آنِ مرحلهٔ آخر مدل پایه
    { SIGNIFICANT($rate, digits: 2) } است؛ هر مرحله با { PERCENT($decay, digits: 0) } نرخ مرحلهٔ بالاتر از خود
    می‌آموزد.
model-rates =
    بیشترین نرخ یادگیری لایه‌های بالایی { SIGNIFICANT($head_rate, digits: 2) } و از آنِ همهٔ مرحله‌های مدل
    پایه { SIGNIFICANT($rate, digits: 2) } است.
model-smaller-images =
    { PLURAL($epochs) ->
        [one] دورهٔ نخست
       *[other] { $epochs } دورهٔ نخست
    } تصویرهای کوچک‌تری ({ LIST($sizes, separator: "\u200F، سپس ") } پیکسلی) می‌بیند.
model-moving-average =
    آنچه سنجیده و نگه داشته می‌شود میانگین متحرک وزن‌هاست (ضریب هر گام
    { SIGNIFICANT($decay, digits: 4) }).
model-loss = هر تصویر در تابع زیان به نسبت کمیابی دسته‌اش وزن می‌گیرد.
model-loss-within-sources =
    هر تصویر در تابع زیان به نسبت کمیابی دسته‌اش در منبع خود وزن می‌گیرد.
model-label-smoothing = برچسب‌ها به اندازهٔ { SIGNIFICANT($smoothing, digits: 2) } نرم شده‌اند.
model-augmentation =
    افزایش دادگان هر تصویر آموزش را در هر دوره از نو به تصادف تغییر می‌دهد:
    { LIST($changes, separator: "\u200F؛ ") }.
model-no-augmentation = تصویرهای آموزش به تصادف تغییر داده نمی‌شوند (بدون افزایش دادگان).
change-rotation = چرخش تا { SIGNIFICANT($rotation_degrees, digits: 3) } درجه
change-translation = انتقال تا { PERCENT($translation, digits: 0) } ضلع
change-scale = مقیاس تا { PERCENT($scale, digits: 0) }
change-brightness = روشنایی تا { PERCENT($brightness, digits: 0) } دامنهٔ خاکستری
change-gain = بهره تا { PERCENT($gain, digits: 0) }
change-contrast = تضاد نسبت به میانگین تصویر تا { PERCENT($mean_contrast, digits: 0) }
change-gamma =
    گاما با توانی که حداکثر { SIGNIFICANT($gamma, digits: 3) } از ۱ بیشتر است، یا وارون آن
change-blur = تاری تا { SIGNIFICANT($blur, digits: 3) } پیکسل برای نیمی از تصویرها
change-sharpening = تیزی تا { PERCENT($sharpening, digits: 0) } برای نیمی از تصویرها
change-noise = نویز تا { PERCENT($noise, digits: 1) } دامنهٔ خاکستری
change-jpeg-quality =
    { "\u200F" }JPEG با کیفیت { $jpeg_quality } تا ۱۰۰ برای نیمی از تصویرها
change-mirror = آینه‌ای شدن چپ و راستِ نیمی از تصویرها
model-style-mixing =
    تصویرهای آموزش از یکدیگر می‌گیرند: { LIST($kinds, separator: "\u200F؛ ") }.
mixed-amplitude = تا { PERCENT($amplitude, digits: 0) } از دامنه‌های فوریه
mixed-texture =
    بافت تصویری از دستهٔ دیگر، برای { PERCENT($other_class_texture, digits: 0) } تصویرها
mixed-features =
    میانگین و انحراف معیار دو مرحلهٔ نخست، در { PERCENT($features, digits: 0) } ریزدسته‌ها (MixStyle)
model-views =
    پاسخ آن میانگین { $views } نمای جابه‌جاشده (به اندازهٔ یک‌بیست‌وپنجم ضلع) از تصویر است و { $views }
    برابر زمان می‌برد.
model-stopping =
    { PLURAL($epochs) ->
        [one] حداکثر یک دوره
       *[other] حداکثر { $epochs } دوره
    }، و کمتر اگر { $metric } روی اعتبارسنجی پس از { PLURAL($patience) ->
        [one] یک دورهٔ دیگر
       *[other] { $patience } دورهٔ دیگر
    } بهتر نشود.
model-ended =
    آموزش تا پایان رفت و وزن‌های دورهٔ { $best }، که از نظر { $metric } بهترین است، نگه داشته شد.
model-stopped-early =
    آموزش پیش از پایان ایستاد و وزن‌های دورهٔ { $best }، که از نظر { $metric } بهترین است، نگه داشته شد.
model-threshold-half = آستانهٔ تصمیم { NUM($threshold, digits: 3) } است و از پیش تعیین شده است.
model-threshold-youden =
    آستانهٔ تصمیم { NUM($threshold, digits: 3) } روی اعتبارسنجی انتخاب شد، جایی که جمع حساسیت و ویژگی بیشترین
    است (شاخص یودن).
model-threshold-sensitivity =
    آستانهٔ تصمیم { NUM($threshold, digits: 3) } روی اعتبارسنجی برای حساسیت دست‌کم
    { PERCENT($sensitivity, digits: 0) } در آنجا انتخاب شد.
model-one-training =
    این مدل حاصل یک آموزش است (بذر { $seed }): بذری دیگر مدلی کم‌وبیش دیگر می‌دهد.
metrics-table = معیارها روی بخش تست
metrics-metric = معیار
metrics-value = مقدار
metrics-low = ۹۵٪ از
metrics-high = تا
metrics-strongest = تنها از روی { $baseline }
metrics-without-disease = تنها از روی اندک
metrics-note = { n-images } از { n-patients }؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
epochs-table = معیارها در هر دوره
epochs-epoch = دوره
epochs-side = ضلع تصویر، پیکسل
epochs-metric = { $part }: { $metric }
curves-overfitted =
    در دورهٔ برگزیده ({ $epoch } از { $ran }) درستی روی آموزش { PERCENT($train, digits: 1) } و روی اعتبارسنجی
    ({ n-images }) { PERCENT($validation, digits: 1) } است. آموزش بیش از آنچه تصادف توضیح می‌دهد جلوتر است: مدل
    بیش‌برازش دارد.
curves-open =
    در دورهٔ برگزیده ({ $epoch } از { $ran }) درستی روی آموزش { PERCENT($train, digits: 1) } و روی اعتبارسنجی
    ({ n-images }) { PERCENT($validation, digits: 1) } است. آموزش جلوتر است، ولی با این شمار کم تصویر نه بیش از
    آنچه تصادف توضیح می‌دهد: نشان داده نشد که مدل بیش‌برازش دارد یا نه.
curves-validation-ahead =
    در دورهٔ برگزیده ({ $epoch } از { $ran }) درستی روی آموزش { PERCENT($train, digits: 1) } و روی اعتبارسنجی
    ({ n-images }) { PERCENT($validation, digits: 1) } است. آموزش جلوتر نیست، پس نشانی از بیش‌برازش نیست؛ آموزش
    هنگامی سنجیده می‌شود که دوره هنوز در جریان است، و با افزایش دادگان و حذف تصادفی اگر باشند.
curves-close =
    در دورهٔ برگزیده ({ $epoch } از { $ran }) درستی روی آموزش { PERCENT($train, digits: 1) } و روی اعتبارسنجی
    ({ n-images }) { PERCENT($validation, digits: 1) } است. هر دو نزدیک‌اند: بیش‌برازش، اگر باشد، اندک است.
model-measured =
    روی { n-test-images } از { n-patients }، درستی { INTERVAL($accuracy, digits: 3) }، معیار F1
    برابر { INTERVAL($f1, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } است (درون پرانتز: بازه‌های
    ۹۵٪).
model-source =
    تنها روی منبع { $source } ({ n-images }): درستی { INTERVAL($accuracy, digits: 3) } و AUC برابر
    { INTERVAL($auc, digits: 3) }.
model-shared-numbers =
    شمارهٔ بیمارِ { $with } تصویر تست در پوشه‌های دیگر هم هست؛ معلوم نیست که همان فرد باشد. روی آن‌ها حساسیت
    { INTERVAL($with_sensitivity, digits: 3) } و ویژگی { INTERVAL($with_specificity, digits: 3) } است، و
    روی { $without } تصویر دیگر { INTERVAL($without_sensitivity, digits: 3) } و
    { INTERVAL($without_specificity, digits: 3) }.
model-missed = از { n-images } { $class_name }، { $errors } تصویر از دست رفت.
model-none-missed = از { n-images } { $class_name } هیچ‌کدام از دست نرفت.
model-alarms = از { n-images } { $class_name }، { $errors } تصویر هشدار نادرست داد.
model-no-alarms = از { n-images } { $class_name } هیچ‌کدام هشدار نادرست نداد.
model-no-images =
    بخش تست هیچ تصویری از دستهٔ { $class_name } ندارد، پس از پاسخ‌های مدل در آن چیزی دانسته نیست.
model-baseline-unknown =
    آنچه پرونده، بافت یا تصویر بندانگشتی به‌تنهایی از دسته می‌گویند روی این بخش تست سنجیدنی
    نبود، پس چیزی نیست که مدل با آن مقایسه شود.
model-strongest-baseline =
    تنها از روی { $baseline }، آموخته روی بخش آموزش، می‌توان روی همین تصویرهای تست به درستی
    { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } رسید.
model-learnt-more =
    حتی کران پایین AUC مدل ({ NUM($low, digits: 3) }) بالاتر از کران بالای آن ({ NUM($high, digits: 3) })
    است: مدل بیش از این از تصویرها آموخته است.
model-learning-not-shown =
    کران پایین AUC مدل ({ NUM($low, digits: 3) }) بالاتر از کران بالای آن ({ NUM($high, digits: 3) }) نیست:
    نشان داده نشد که مدل بیش از این چیزی از تصویرها آموخته باشد.
model-like-chance =
    کران پایین AUC مدل ({ NUM($low, digits: 3) }) بالاتر از ۰٫۵ نیست، که حدس زدن هم می‌دهد: نشان داده نشد که مدل
    چیزی آموخته باشد.

## Limits

not-a-device =
    برای پژوهش و آموزش است؛ این یک ابزار پزشکی نیست و هیچ‌چیز آن نباید دربارهٔ بیماری تصمیم بگیرد.
limit-files-tell =
    خودِ پرونده‌ها دسته‌ها را از هم جدا می‌کنند (AUC برابر { INTERVAL($auc, digits: 3) } بدون پیکسل)، پس
    هیچ درستیی در اینجا دربارهٔ بیمارستان دیگری نیست.
limit-conflicting-labels =
    { n-groups } از تصویرهای یکسان برچسب متناقض { PLURAL($groups) ->
        [one] دارد
       *[other] دارند
    }: برخی برچسب‌ها نادرست‌اند.
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
    { $model } در جای دیگر، روی { $images } تصویر `{ $name }`: درستی { INTERVAL($accuracy, digits: 3) } و
    AUC برابر { INTERVAL($auc, digits: 3) }.
limit-small-test =
    بخش تست کوچک است ({ n-images } از { n-patients }): بازهٔ ۹۵٪ درستی
    { NUM($width, digits: 1) } واحد درصد پهنا دارد و تفاوت‌های کوچک‌تر از آن نشان داده نمی‌شوند.
limit-test =
    با { n-test-images } از { n-patients }، بازهٔ ۹۵٪ درستی { NUM($width, digits: 1) } واحد درصد
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
space-table = فضای جست‌وجو
space-range = دامنه
space-why = چیست، و چرا این دامنه
space-effect = اثر آن در آزمایش‌ها
space-note =
    از { $trials } آزمایش سنجیده‌شده، بر پایهٔ { $metric } روی اعتبارسنجی؛ ابرپارامترها با هم تغییر
    می‌کنند، پس همبستگی رتبه‌ای سرنخ است، نه علت.
range-uniform =
    از { SIGNIFICANT($low, digits: 3) } تا { SIGNIFICANT($high, digits: 3) }، همهٔ مقدارها به یک احتمال
range-loguniform =
    از { SIGNIFICANT($low, digits: 3) } تا { SIGNIFICANT($high, digits: 3) }، همهٔ مرتبه‌های بزرگی به یک
    احتمال
range-integer = عددهای درست از { SIGNIFICANT($low, digits: 3) } تا { SIGNIFICANT($high, digits: 3) }
number = { SIGNIFICANT($value, digits: 3) }
range-choice = یکی از { LIST($values, separator: "\u200F، ") }
why-unknown = در `tuning.space` تعیین شده است.
why-learning-rate =
    بزرگ‌ترین گام آموزش در مرحلهٔ آخر مدل پایه. کمتر از این دامنه آموزش کوتاه پیش
    نمی‌رود و بیشتر از آن ناپایدار می‌شود. وزن‌های از پیش آموخته گام کوچک‌تری از وزن‌های تصادفی می‌خواهند.
why-head-learning-rate =
    بزرگ‌ترین گام لایه‌های بالایی، که همیشه از وزن‌های تصادفی آغاز می‌کنند و گام بزرگ‌تری از مدل پایه را
    تاب می‌آورند.
why-stage-decay =
    اینکه هر مرحلهٔ پایین‌تر چند برابر کندتر بیاموزد؛ ۱ یعنی یکسان. مرحله‌های نخستِ وزن‌های از پیش آموخته
    لبه و بافتی را می‌شناسند که در هر تصویری هست و کمتر به تغییر نیاز دارند؛ از وزن‌های تصادفی همه باید
    بیاموزند.
why-weight-decay =
    کشش وزن‌ها به سوی صفر (AdamW) در برابر ازبرکردن تصویرها؛ معمول ۰٫۰۱ تا ۰٫۱ است.
why-dropout =
    سهم ویژگی‌هایی که در آموزش به تصادف کنار گذاشته می‌شوند؛ بیش از نیم برای لایه‌های بالایی با دو دسته
    کم می‌گذارد.
why-head-sizes =
    لایه‌های خطی میانی. هیچ ساده‌ترین است؛ هر لایه وزن‌هایی می‌افزاید که با بیماران کم‌شمار به‌سختی آموخته می‌شوند.
why-ema-decay =
    حافظهٔ میانگین متحرک وزن‌ها؛ ۰ یعنی بدون میانگین، و هرچه به ۱ نزدیک‌تر باشد گام‌های بیشتری را
    به یاد دارد (۱ بخش بر فاصله‌اش تا ۱)، که باید از گام‌های یک آموزش کمتر باشد.
why-label-smoothing =
    برچسب‌ها تا چه اندازه به سوی میانه برده شوند، در برابر پاسخ‌های بیش از اندازه مطمئن؛ بیش از ۰٫۱
    دسته‌ها محو می‌شوند.
why-epochs-frozen = دوره‌هایی که تنها لایه‌های بالایی آموزش می‌بینند تا آنگاه که هنوز تصادفی‌اند مدل پایه را خراب نکنند؛ کم‌شمار، چون آموزش‌ها کوتاه‌اند.
why-rotation = افزایش دادگان با چرخش، تا اندازه‌ای که بیمارِ بد قرارگرفته نشان می‌دهد.
why-gain = افزایش دادگان در سطح‌های خاکستری: دستگاه‌ها در روشنایی و تضاد تصویرشان یکسان نیستند.
effect-few-trials = از { $trials } آزمایش چیزی دربارهٔ آن دانسته نمی‌شود
effect-no-variation = چیزی نمی‌توان گفت: همهٔ مقدارها یا همهٔ نتیجه‌ها یکسان‌اند
effect-higher-better =
    مقدار بیشتر با آزمایش‌های بهتر همراه بود (همبستگی رتبه‌ای
    { NUM($correlation, digits: 2, sign: "+") })
effect-lower-better =
    مقدار کمتر با آزمایش‌های بهتر همراه بود (همبستگی رتبه‌ای
    { NUM($correlation, digits: 2, sign: "+") })
effect-best-choice = بهترین میانه: { $value }
trials-table = بهترین آزمایش‌ها روی بخش اعتبارسنجی
trials-trial = آزمایش
trials-best = بهترین { $metric }
trials-epochs = دوره
trials-seconds = ثانیه
trials-finalist = راه‌یافته به پایان
trials-note =
    آزمایش‌های نشان‌داده‌شده، بهترین در آغاز: { $shown } از { $all }. آزمایش‌هایی که هیچ دوره‌ای از آن‌ها سنجیده
    نشد و اینجا نیستند: { $unmeasured }.
finalists-table = راه‌یافتگان، با آموزش کامل، روی اعتبارسنجی
finalists-setting = تنظیم
finalists-trainings = شمار آموزش
finalists-mean = میانگین { $metric }
finalists-deviation = انحراف معیار
finalists-taken = برگزیده
finalists-baseline = تنظیم مدل نخست
finalists-trial = آزمایش { $trial }
finalists-failed = { $done }، { $failed } ناموفق
finalists-note =
    { PLURAL($seeds) ->
        [one] هر تنظیم یک بار و با یک بذر آموزش دید: انحراف دانسته نیست و اختلاف کوچک ممکن است از بخت باشد.
       *[other] هر تنظیم با { $seeds } بذر آموزش دید که برای همه یکسان‌اند.
    }
soup-table = سوپ حریصانه: آموزش‌های راه‌یافتگان به ترتیبی که آزموده شدند، روی اعتبارسنجی
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
    آزموده‌شده. { $metric } آن روی اعتبارسنجی { NUM($score, digits: 4) } است و از آنِ بهترین آموزش به‌تنهایی
    ({ $name }، بذر { $seed }) { NUM($alone, digits: 4) }. تنظیم‌ها و منحنی‌های آموزش مدل تنظیم‌شده از آنِ همین
    آموزش است که سوپ با آن آغاز می‌شود.
soup-single =
    میانگین‌گرفتن از وزن‌ها (greedy soup) کمکی نکرد: از { $tried } آموزش (بهترین و آن‌ها که با آن
    آزموده شدند) هیچ‌یک از بقیه در میانگین با بهترین آموزش
    { $metric } آن روی اعتبارسنجی ({ NUM($alone, digits: 4) }) را نگه نداشت و مدل تنظیم‌شده تنها همان آموزش است
    ({ $name }، بذر { $seed }).
soup-nothing-to-average =
    تنها یک آموزش برای برگزیدن بود ({ $name }، بذر { $seed }؛ { $metric } روی اعتبارسنجی:
    { NUM($alone, digits: 4) })، پس از وزن‌ها میانگین گرفته نشد.
soup-other-layers =
    آموزش‌هایی که لایه‌های دیگری دارند و با آن میانگین‌پذیر نیستند: { $left }.
comparison-table = مدل نخست و مدل تنظیم‌شده روی بخش تست
comparison-difference = اختلاف
comparison-note =
    { n-test-images } از { n-patients }، برای هر دو یکسان؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
tuning-search =
    { PLURAL($trials) ->
        [one] یک آزمایش
       *[other] { $trials } آزمایش
    } با { PLURAL($epochs) ->
        [one] یک دوره
       *[other] { $epochs } دوره روی هم
    } { NUM($minutes, digits: 1) } دقیقه طول کشید. طبق قاعده ({ $metric } روی اعتبارسنجی) این برگزیده شد:
    { $chosen }.
tuning-chance =
    هیچ آزمایشی از تصادف بهتر نبود: آزمایش‌ها کوتاه‌تر یا داده‌ها کمتر از آن بود که جست‌وجو بتواند
    تنظیم‌ها را از هم بازشناسد.
tuning-better =
    مدل تنظیم‌شده از مدل نخست بهتر است: اختلاف درستی روی همان { n-test-images }
    { INTERVAL($points, digits: 1, sign: "+") } واحد درصد است (بازهٔ ۹۵٪؛ آزمون دقیق مک‌نمار
    p برابر { SIGNIFICANT($p, digits: 2) }).
tuning-not-told-apart =
    مدل تنظیم‌شده و مدل نخست از هم بازشناخته نمی‌شوند: اختلاف درستی روی همان { n-test-images }
    { INTERVAL($points, digits: 1, sign: "+") } واحد درصد است (بازهٔ ۹۵٪؛ آزمون دقیق مک‌نمار
    p برابر { SIGNIFICANT($p, digits: 2) }).
tuning-worse =
    مدل تنظیم‌شده از مدل نخست بدتر است: اختلاف درستی روی همان { n-test-images }
    { INTERVAL($points, digits: 1, sign: "+") } واحد درصد است (بازهٔ ۹۵٪؛ آزمون دقیق مک‌نمار
    p برابر { SIGNIFICANT($p, digits: 2) }).
tuning-same-model =
    مدل تنظیم‌شده، وزن به وزن، همان مدل نخست است: جست‌وجو مدل دیگری نیاورد.
tuning-none-compared-better =
    تنظیم مدل نخست نگه داشته شد، چون از تنظیم‌های دیگر هیچ‌یک که مقایسه‌شدنی بود روی اعتبارسنجی بهتر نبود.
tuning-none-better =
    جست‌وجو تنظیمی نیافت که روی اعتبارسنجی بهتر باشد و همان تنظیم مدل نخست نگه داشته شد.
tuning-failures =
    تنها { $whole } از { $all } راه‌یافته مقایسه شد: آموزش با این تنظیم‌ها دو بار شکست خورد:
    { LIST($settings, separator: "\u200F؛ ") }.
tuning-failure = { $name } (بذر { LIST($seeds, separator: "\u200F، ") }: { $problem })
tuning-accuracy-rose =
    درستی اندازه‌گیری‌شده از { NUM($before, digits: 3) } به { NUM($after, digits: 3) } رسید.
tuning-accuracy-higher =
    درستی اندازه‌گیری‌شده { NUM($after, digits: 3) } است و { NUM($before, digits: 3) } بود: بیشتر، ولی نه بیش از
    آنچه تصادف توضیح می‌دهد.
tuning-accuracy-stayed =
    درستی اندازه‌گیری‌شده { NUM($after, digits: 3) } ماند: تنظیم در اینجا درستی بالاتری نیاورد.
tuning-accuracy-lower =
    درستی اندازه‌گیری‌شده { NUM($after, digits: 3) } است و { NUM($before, digits: 3) } بود: کمتر، ولی نه بیش از
    آنچه تصادف توضیح می‌دهد.
tuning-accuracy-fell =
    درستی اندازه‌گیری‌شده از { NUM($before, digits: 3) } به { NUM($after, digits: 3) } افت کرد: انتخاب روی
    اعتبارسنجی انجام شد و تست با آن همراه نبود.
pooled-table = هر دو تنظیم روی چند تقسیم بر پایهٔ بیمار: تنظیم‌شده منهای نخست، روی تست
pooled-split = تقسیم
pooled-images = تصویر تست
pooled-own = { $split } (همین مطالعه)
pooled-all = روی هم
pooled-note =
    هر دو تنظیم روی هر تقسیم دوباره آموزش دیدند، حداکثر { $epochs } دوره با تصویر { $side } پیکسلی،
    کوتاه‌تر و کوچک‌تر از مدل‌های این مطالعه. هیچ بیماری در دو تقسیم تست نمی‌شود؛ بازه‌های ۹۵٪ با بیمار
    به‌عنوان واحد. درستی و F1 روی هم از همهٔ تصویرهای تست و AUC روی هم میانگین تقسیم‌هاست.
pooled-better =
    روی { $splits } تقسیم ({ n-test-images } از { n-patients }) تنظیم برگزیده از تنظیم نخست بهتر است:
    اختلاف درستی { INTERVAL($points, digits: 1, sign: "+") } واحد درصد (بازهٔ ۹۵٪).
pooled-not-told-apart =
    روی { $splits } تقسیم ({ n-test-images } از { n-patients }) تنظیم برگزیده و تنظیم نخست از هم بازشناخته
    نمی‌شوند: اختلاف درستی { INTERVAL($points, digits: 1, sign: "+") } واحد درصد (بازهٔ ۹۵٪).
pooled-worse =
    روی { $splits } تقسیم ({ n-test-images } از { n-patients }) تنظیم برگزیده از تنظیم نخست بدتر است:
    اختلاف درستی { INTERVAL($points, digits: 1, sign: "+") } واحد درصد (بازهٔ ۹۵٪).
pooled-seen =
    { PERCENT($share, digits: 0) } این تصویرهای تست شاید در گزینش تنظیم نقش داشته‌اند: در تقسیم این مطالعه، که
    جست‌وجو در آن انجام شد، در بخش آموزش یا اعتبارسنجی بودند. تنها تقسیم خود این مطالعه از این آزاد است، پس
    اختلاف روی هم ممکن است به سود تنظیم برگزیده باشد.
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
size-of-file = { $backend }: کل پرونده، { $width } × { $height } پیکسل
size-of-network = { $backend }: شبکه به‌تنهایی، { $width } × { $height } پیکسل
class-table = درستی هر دسته، پیش و پس از کوانتیزه‌سازی
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
quantization-threads-no-faster =
    { $threads } رشته از یک رشته چندان سریع‌تر نیست یا کندتر است، برای این شمار تصویر با هم در int8:
    { LIST($batches, separator: "\u200F، ") }. شاید کار برای تقسیم بسیار کوچک است یا کار دیگری هسته‌ای را
    مشغول کرده است.
quantization-threads-at =
    { $batch } ({ NUM($together, digits: 2) } در برابر { NUM($alone, digits: 2) } میلی‌ثانیه)
quantization-machine =
    اندازه‌گیری روی { $processor } (تعداد هسته: { $cores }، onnxruntime نسخهٔ { $version }) انجام شد که برای ضرب
    داخلی بایت‌ها دستور دارد: { LIST($instructions, separator: "\u200F، ") }.
quantization-machine-without-int8 =
    اندازه‌گیری روی { $processor } (تعداد هسته: { $cores }، onnxruntime نسخهٔ { $version }) انجام شد که دستوری برای
    ضرب داخلی بایت‌ها (VNNI، AMX یا همتای ARM) ندارد: پردازنده‌ای که آن را دارد از int8 بیشتر سود می‌برد.
quantization-quality =
    تصمیم‌های درست روی بخش تست، از اعشاری به int8:{ "\u200F" } { LIST($classes, separator: "؛ ") }. AUC از
    { NUM($before, digits: 4) } به { NUM($after, digits: 4) }.
quantization-class =
    { $class_name } از { PERCENT($before, digits: 1) } به { PERCENT($after, digits: 1) } از { n-images }
    ({ $lost } از دست رفته، { $gained } به دست آمده)
quantization-agreement =
    دو مدل در { PERCENT($share, digits: 1) } از { n-test-images } یکسان تصمیم می‌گیرند (۹۵٪:
    { PERCENT($low, digits: 1) } تا { PERCENT($high, digits: 1) }). تنها مدل اعشاری درست می‌گوید: { $first }؛
    تنها int8: { $second }؛ آزمون دقیق مک‌نمار: p برابر { SIGNIFICANT($p, digits: 2) }، نشانی نیست که یکی بیشتر خطا
    کند. احتمال‌ها به‌طور میانگین { NUM($mean, digits: 4) } و حداکثر { NUM($largest, digits: 3) } تفاوت دارند.
quantization-disagreement =
    دو مدل در { PERCENT($share, digits: 1) } از { n-test-images } یکسان تصمیم می‌گیرند (۹۵٪:
    { PERCENT($low, digits: 1) } تا { PERCENT($high, digits: 1) }). تنها مدل اعشاری درست می‌گوید: { $first }؛
    تنها int8: { $second }؛ آزمون دقیق مک‌نمار: p برابر { SIGNIFICANT($p, digits: 2) }، بسامد خطای آن‌ها یکسان نیست.
    احتمال‌ها به‌طور میانگین { NUM($mean, digits: 4) } و حداکثر { NUM($largest, digits: 3) } تفاوت دارند.
quantization-same-decisions =
    از { n-test-images } هیچ‌کدام نیست که تصمیم دو مدل در آن یکسان نباشد. احتمال‌ها به‌طور میانگین
    { NUM($mean, digits: 4) } و حداکثر { NUM($largest, digits: 3) } تفاوت دارند.
quantization-export =
    پروندهٔ اعشاری و PyTorch روی { $stored } تصویر اعتبارسنجی و تست مقایسه شدند: حداکثر
    { NUM($probability, digits: 6) } در احتمال ({ NUM($log_odds, digits: 6) } در لگاریتم بخت)،
    { PERCENT($distance, digits: 4) } از فاصله تا تصویرهای آموزش (یا از حد مجاز آن، هر کدام بزرگ‌تر باشد) و { $levels } در سطح‌های خاکستری‌ای که شبکه
    می‌بیند تفاوت دارند؛ در اندازهٔ اصلی ({ $original } تصویر)، که خود پرونده کوچکش می‌کند، حداکثر
    { NUM($original_probability, digits: 6) } ({ NUM($original_log_odds, digits: 6) })،
    { PERCENT($original_distance, digits: 3) } و { $original_levels }.
quantization-export-without-originals =
    پروندهٔ اعشاری و PyTorch روی { $stored } تصویر اعتبارسنجی و تست مقایسه شدند: حداکثر
    { NUM($probability, digits: 6) } در احتمال ({ NUM($log_odds, digits: 6) } در لگاریتم بخت)،
    { PERCENT($distance, digits: 4) } از فاصله تا تصویرهای آموزش (یا از حد مجاز آن، هر کدام بزرگ‌تر باشد) و { $levels } در سطح‌های خاکستری‌ای که شبکه
    می‌بیند تفاوت دارند؛ اندازهٔ اصلی مقایسه نشد.
quantization-choice =
    روی بخش اعتبارسنجی روش `{ $method }` برگزیده شد (شمار آزمایش: { $trials }). لازم نبود هیچ لایه‌ای اعشاری
    بماند. عملگرهایی که واقعاً در int8 اجرا می‌شوند: { $int8 }؛ کانولوشن‌ها و ضرب‌های ماتریسی اعشاری:
    { $float }.
quantization-choice-with-float =
    روی بخش اعتبارسنجی روش `{ $method }` برگزیده شد (شمار آزمایش: { $trials }). این لایه‌ها اعشاری ماندند:
    { LIST($layers, separator: "\u200F، ") }. عملگرهایی که واقعاً در int8 اجرا می‌شوند: { $int8 }؛ کانولوشن‌ها
    و ضرب‌های ماتریسی اعشاری: { $float }.
quantization-pytorch-left-out = { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: مقدار `{ $detail }` صفر است.
quantization-pytorch-other-processor =
    { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: کوانتیزه‌کنندهٔ torchao برای x86 است و این دستگاه { $detail } است.
quantization-pytorch-no-compiler =
    { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: torch.compile به کامپایلر C++{ "\u200E" } نیاز دارد و { $detail }
    اینجا نیست.
quantization-pytorch-failed = { "\u200F" }int8 خود PyTorch (PT2E) سطری ندارد: تلاش ناکام ماند ({ $detail }).
quantization-pytorch =
    { "\u200F" }int8 خود PyTorch (PT2E، کامپایل‌شده) برای شبکه به‌تنهایی { NUM($median, digits: 2) } میلی‌ثانیه زمان
    می‌برد؛ زمان نسخهٔ اعشاری کامپایل‌شدهٔ آن { INTERVAL($ratio, digits: 2) } برابر است. درستی آن روی بخش تست
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
    هر تصویر می‌تواند از چند گونه باشد، پس جمع درصدها صد نمی‌شود. گونه‌ای که همهٔ تصویرهایش از یک دسته‌اند با
    بقیهٔ همان دسته مقایسه شده است. اهمیت هزینه‌ای است که در ۱۰۰ تصویر، به شمار هشدار نادرست، از میان می‌رفت
    اگر آن گونه به خوبی بقیه بود؛ خطایی که مدل از آن مطمئن‌تر بود پرهزینه‌تر است. شاهد «روشن» است اگر با در
    نظر گرفتن همهٔ گونه‌ها تصادف آن را توضیح ندهد، «نشانه‌دار» اگر تنها برای همان گونه چنین باشد، و «در حد
    حکایت» اگر خطاها یا بیماران کم باشند (docs/error-analysis.md). { $shown } گونه از { $all } گونه؛ همه در پروندهٔ `error_table` هستند.
evidence-by-definition = بنا به تعریف
evidence-reading = خوانش یک شخص
evidence-nothing-to-compare = بدون گروه مقایسه
evidence-anecdotal = در حد حکایت
evidence-clear = روشن
evidence-clear-not-independent = روشن ولی نامستقل
evidence-suggestive = نشانه‌دار
evidence-fewer-errors = خطای کمتر
evidence-not-shown = نشان داده نشده
errors-none = از { $images } تصویر تست هیچ‌کدام اشتباه طبقه‌بندی نشده است: چیزی برای توضیح نیست.
errors-counted =
    { $errors } تصویر از { n-test-images } ({ PERCENT($share, digits: 1) }) اشتباه طبقه‌بندی { PLURAL($errors) ->
        [one] شده است
       *[other] شده‌اند
    } (ذات‌الریهٔ ازدست‌رفته: { $missed }، هشدار نادرست: { $alarms }).
errors-none-clear =
    هیچ گونه‌ای که مستقل از مدل تعریف شده باشد، با خطای دست‌کم { $fewest } بیمار، بیش از آنچه تصادف توضیح
    می‌دهد خطا ندارد (تصحیح هولم برای همهٔ گونه‌ها، { SIGNIFICANT($significance, digits: 6) }): اندازه‌های
    زیر سرنخ‌اند، نه علت.
errors-clear =
    خطای بیش از آنچه تصادف توضیح می‌دهد، با احتساب همهٔ گونه‌ها، همراه است با:
    { LIST($types, separator: "\u200F، ") }. این همراهی هنوز به معنای علت نیست.
errors-first =
    مهم‌ترین گونه `{ $type }` است (خطا: { $errors }، نسبت خطر با بازهٔ ۹۵٪: { INTERVAL($ratio, digits: 1) }،
    قوت شاهد: { $evidence }): اگر به خوبی بقیه بود { NUM($recoverable, digits: 1) } خطا از میان می‌رفت.
errors-first-without-doubtful-labels =
    جز برچسب‌های مشکوک، مهم‌ترین گونه `{ $type }` است (خطا: { $errors }، نسبت خطر با بازهٔ ۹۵٪:
    { INTERVAL($ratio, digits: 1) }، قوت شاهد: { $evidence }): اگر به خوبی بقیه بود
    { NUM($recoverable, digits: 1) } خطا از میان می‌رفت.
errors-order-holds =
    این برقرار است، چه هزینهٔ یک ذات‌الریهٔ ازدست‌رفته { SIGNIFICANT($low, digits: 6) } هشدار نادرست باشد چه
    { SIGNIFICANT($high, digits: 6) }.
errors-order-depends =
    اینکه کدام گونه اول باشد به هزینهٔ ذات‌الریهٔ ازدست‌رفته (به هشدار نادرست) بستگی دارد:
    { LIST($firsts, separator: "، ") }.
errors-first-at = `{ $type }` با هزینهٔ { SIGNIFICANT($cost, digits: 6) }
errors-causes = کسی که تصویرها را دیده این علت‌ها را نوشته است: { LIST($causes, separator: "\u200F، ") }.
errors-cause = { $cause } ({ $errors })
errors-few =
    { $errors } خطا کم است: بازه‌ها پهن‌اند و گونه‌ای با کمتر از { $fewest } خطا، یا خطاهایی از بیماران کمتر،
    تنها یک حکایت است.
seen-missed =
    آنچه در تصویرهای { $label } که از دست رفتند ({ $wrong }) در کنار آن‌ها که یافته شدند ({ $right })
    دیده می‌شود، با میانه‌ها: { LIST($differences, separator: "\u200F؛ ") }.
seen-missed-alike =
    تصویرهای { $label } که از دست رفتند ({ $wrong }) مانند آن‌هایی‌اند که یافته شدند ({ $right }):
    روشنایی، تضاد، تیزی، نویز، برش و کجی آن‌ها را از هم جدا نمی‌کند.
seen-missed-few =
    تصویرهای { $label } کمتر از آن‌اند که ازدست‌رفته‌ها ({ $wrong }) با یافته‌شده‌ها ({ $right }) مقایسه
    شوند.
seen-alarms =
    آنچه در هشدارهای نادرست { $label } ({ $wrong }) در کنار پاسخ‌های درست ({ $right }) دیده می‌شود، با
    میانه‌ها: { LIST($differences, separator: "\u200F؛ ") }.
seen-alarms-alike =
    هشدارهای نادرست { $label } ({ $wrong }) مانند پاسخ‌های درست‌اند ({ $right }): روشنایی، تضاد، تیزی،
    نویز، برش و کجی آن‌ها را از هم جدا نمی‌کند.
seen-alarms-few =
    تصویرهای { $label } کمتر از آن‌اند که هشدارهای نادرست ({ $wrong }) با پاسخ‌های درست ({ $right })
    مقایسه شوند.
seen-darker =
    تاریک‌ترند (خاکستری روشن { NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) } سفیدی)
seen-brighter =
    روشن‌ترند (خاکستری روشن { NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) } سفیدی)
seen-paler = کم‌تضادترند ({ NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) })
seen-more-contrast = پرتضادترند ({ NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) })
seen-softer =
    جزئیات ریز کمتری دارند (تیزی { NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) })
seen-sharper =
    جزئیات ریز بیشتری دارند (تیزی { NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) })
seen-smoother = کم‌دانه‌ترند (نویز { NUM($wrong, digits: 4) } در برابر { NUM($right, digits: 4) })
seen-grainier = دانه‌دارترند (نویز { NUM($wrong, digits: 4) } در برابر { NUM($right, digits: 4) })
seen-wider-cut =
    گشادتر بریده شده‌اند (خاکستری لبه‌ها { NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) })
seen-closer-cut =
    تنگ‌تر بریده شده‌اند (خاکستری لبه‌ها { NUM($wrong, digits: 2) } در برابر { NUM($right, digits: 2) })
seen-straighter = کمتر کج‌اند ({ NUM($wrong, digits: 1) } در برابر { NUM($right, digits: 1) } درجه)
seen-more-tilted = کج‌ترند ({ NUM($wrong, digits: 1) } در برابر { NUM($right, digits: 1) } درجه)

## What an error type means

type-of-a-person = کسی که تصویر را دیده علت را چنین نوشته است: { $cause }.
type-folder = پوشهٔ منتشرشده { $name } است.
type-subtype = نام پرونده می‌گوید زیرگروه { $name } است.
type-table-value = مقدار ستون `{ $column }` در جدول `{ $value }` است.
type-table-below =
    عدد ستون `{ $column }` در جدول کمتر از { SIGNIFICANT($high, digits: 6) } است.
type-table-between =
    عدد ستون `{ $column }` در جدول { SIGNIFICANT($low, digits: 6) } یا بیشتر و کمتر از
    { SIGNIFICANT($high, digits: 6) } است.
type-table-from =
    عدد ستون `{ $column }` در جدول { SIGNIFICANT($low, digits: 6) } یا بیشتر است.
type-table-missing = ستون `{ $column }` در جدول برای این تصویر خالی است.
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
subtype-bacteria = ذات‌الریهٔ باکتریایی
subtype-virus = ذات‌الریهٔ ویروسی
subtype-unknown = همهٔ ضایعه‌ها
fidelity-table = آیا نقشه‌ها آنچه را برای مدل مهم است نشان می‌دهند؟
fidelity-method = روش
fidelity-deletion = سطح زیر منحنی حذف (کمتر بهتر)
fidelity-insertion = سطح زیر منحنی بازگرداندن (بیشتر بهتر)
fidelity-note =
    { n-test-images }. منحنی‌ها احتمال دستهٔ محتمل‌تر را نشان می‌دهند، هنگامی که پیکسل‌ها به ترتیب نقشهٔ
    هموارشده حذف یا بازگردانده می‌شوند؛ هر سطح میانگین ارتفاع منحنی خود است.
explained-table = تصویرهایی که توضیح داده شدند
explained-image = تصویر
explained-called = پاسخ
explained-label = برچسب
explained-probability = احتمال
explained-log-odds = لگاریتم بخت
explained-baseline = تصویر مبنا
explained-steps = گام
explained-delta = دلتا
explained-not-converged = { NUM($delta, digits: 4, sign: "+") } (همگرا نشد)
explanation-black = تصویر مبنا سیاه است.
explanation-blurred = تصویر مبنا خود تصویر است که تار شده است.
explanation-mean = تصویر مبنا میانگین تصویرهای آموزش است.
explanation-several =
    هر نقشه میانگین روی سه تصویر مبناست: سیاه، خود تصویرِ تارشده، و میانگین تصویرهای آموزش.
explanation-sample = آزمون‌های زیر دربارهٔ { n-test-images } است که به تصادف برگزیده شده‌اند.
outcome-wrong = نادرست
outcome-right = درست
explanation-all-complete =
    جمع همهٔ نقشه‌های گرمایی تصویرهای آزموده با خطای حداکثر { PERCENT($tolerance, digits: 0) } برابر اختلاف لگاریتم بخت
    (log-odds) است (میانهٔ شمار گام‌ها: { NUM($steps, digits: 0) }).
explanation-some-complete =
    جمع { PERCENT($converged, digits: 0) } از نقشه‌های گرمایی تصویرهای آزموده با خطای حداکثر
    { PERCENT($tolerance, digits: 0) } برابر اختلاف لگاریتم بخت (log-odds) است (میانهٔ شمار گام‌ها:
    { NUM($steps, digits: 0) })؛ بقیه علامت خورده‌اند.
explanation-none-complete =
    جمع هیچ نقشهٔ گرمایی با خطای حداکثر { PERCENT($tolerance, digits: 0) } برابر اختلاف لگاریتم بخت (log-odds)
    نیست (میانهٔ شمار گام‌ها: { NUM($steps, digits: 0) })، پس هیچ‌یک سهم درستی از پاسخ نشان نمی‌دهد.
explanation-baseline =
    لگاریتم بخت خود تصویر مبنا { NUM($log_odds, digits: 1) } است و { PERCENT($same_side, digits: 0) } از
    تصویرها در همان سمت هستند: نقشهٔ آن‌ها از آنچه به سود دسته‌شان است کم نشان می‌دهد، چون تصویر مبنا آن را
    از پیش دارد.
explanation-baseline-apart =
    لگاریتم بخت خود تصویر مبنا { NUM($log_odds, digits: 1) } است، در سوی دیگر همهٔ تصویرها.
explanation-deletion-tells =
    وقتی پیکسل‌ها به ترتیب نقشهٔ هموارشده حذف می‌شوند، سطح زیر منحنی احتمال دستهٔ محتمل‌تر
    { NUM($ours, digits: 2) } است و به ترتیبی تصادفی با همان همواری { NUM($random, digits: 2) } (اختلاف
    { INTERVAL($difference, digits: 2) }، بازهٔ ۹۵٪). کمتر است، پس این ترتیب نشان می‌دهد کدام ناحیه‌ها مهم‌اند.
    Grad-CAM: { NUM($grad_cam, digits: 2) }، گرادیان ساده: { NUM($gradient, digits: 2) }.
explanation-deletion-not-shown =
    وقتی پیکسل‌ها به ترتیب نقشهٔ هموارشده حذف می‌شوند، سطح زیر منحنی احتمال دستهٔ محتمل‌تر
    { NUM($ours, digits: 2) } است و به ترتیبی تصادفی با همان همواری { NUM($random, digits: 2) } (اختلاف
    { INTERVAL($difference, digits: 2) }، بازهٔ ۹۵٪). نشان داده نشد که این ترتیب ناحیه‌های مهم را می‌شناسد.
    Grad-CAM: { NUM($grad_cam, digits: 2) }، گرادیان ساده: { NUM($gradient, digits: 2) }.
explanation-insertion-agrees =
    وقتی به همان ترتیب بازگردانده می‌شوند { NUM($ours, digits: 2) } است در برابر { NUM($random, digits: 2) }
    (اختلاف { INTERVAL($difference, digits: 2) }): بیشتر، که همین را تأیید می‌کند.
explanation-insertion-not-shown =
    وقتی به همان ترتیب بازگردانده می‌شوند { NUM($ours, digits: 2) } است در برابر { NUM($random, digits: 2) }
    (اختلاف { INTERVAL($difference, digits: 2) }): بهبودی نشان داده نشد.
explanation-insertion-disagrees =
    وقتی به همان ترتیب بازگردانده می‌شوند { NUM($ours, digits: 2) } است در برابر { NUM($random, digits: 2) }
    (اختلاف { INTERVAL($difference, digits: 2) }): کمتر، یعنی این ترتیب از ترتیب تصادفی بدتر است.
explanation-randomization =
    وقتی همهٔ وزن‌ها به هم ریخته شوند، همبستگی رتبه‌ای نقشه‌ها با نقشه‌های واقعی با علامت
    { NUM($signed, digits: 2) } و بدون علامت { NUM($absolute, digits: 2) } است: هرچه به ۰ نزدیک‌تر، نقشه‌ها
    بیشتر از آموخته‌ها نشان می‌دهند.
explanation-randomization-contrast =
    وقتی همهٔ وزن‌ها به هم ریخته شوند، همبستگی رتبه‌ای نقشه‌ها با نقشه‌های واقعی با علامت
    { NUM($signed, digits: 2) } و بدون علامت { NUM($absolute, digits: 2) } است: آنچه بدون علامت می‌ماند تضاد
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
    پاسخ‌های نادرست در برابر درستِ تصویرهای آزموده ({ $wrong } و { $right } تصویر): مرکز { PERCENT($wrong_centre, digits: 0) } و
    { PERCENT($right_centre, digits: 0) }، حاشیه { PERCENT($wrong_border, digits: 0) } و
    { PERCENT($right_border, digits: 0) }، گوشه‌ها { PERCENT($wrong_corners, digits: 0) } و
    { PERCENT($right_corners, digits: 0) }.
explanation-no-wrong =
    پاسخ هیچ‌یک از تصویرهای آزموده نادرست نبود، پس مقایسه‌ای با پاسخ‌های درست در کار نیست.
explanation-no-right =
    پاسخ هیچ‌یک از تصویرهای آزموده درست نبود، پس مقایسه‌ای با پاسخ‌های نادرست در کار نیست.
explanation-corners-drive =
    نشانه یا حرفی در گوشهٔ تصویر تصمیم را تعیین می‌کند: گوشه‌ها { NUM($mass, digits: 2) } برابر هر ناحیهٔ
    هم‌اندازهٔ دیگر جرم دارند و پوشاندنشان لگاریتم بخت را { NUM($covered, digits: 2) } برابر تغییر می‌دهد.
explanation-corners-do-not-drive =
    چیزی در گوشه‌ها تصمیم را تعیین نمی‌کند: در برابر ناحیه‌های هم‌اندازهٔ دیگر { NUM($mass, digits: 2) } برابر
    بیشترین جرم را دارند و پوشاندنشان لگاریتم بخت را { NUM($covered, digits: 2) } برابر تغییر می‌دهد.
explanation-lesions =
    { $subtype }: در { $hits } تا از { n-images } با ضایعهٔ کوچک، بیشترین مقدار نقشه درون ضایعه است
    (تصادفی { PERCENT($chance, digits: 0) }) و { PERCENT($mass, digits: 0) } از جرم مثبت درون آن است (تصادفی { PERCENT($mass_chance, digits: 0) }).
explanation-large-lesions =
    { $subtype }: { PERCENT($mass, digits: 0) } از جرم مثبت درون ضایعه است (تصادفی
    { PERCENT($mass_chance, digits: 0) }). هیچ ضایعه‌ای چندان کوچک نیست که بیشترین مقدار چیزی بگوید.
explanation-no-lesions = جای ضایعه‌ها معلوم نیست، پس نقشه‌ها را نمی‌توان با آن‌ها سنجید.
map-called-right = { "\u200F" }{ $label }، پاسخ درست
map-called-wrong = { "\u200F" }{ $label }، پاسخ نادرست
map-asked-for = { "\u200F" }{ $label }، درخواست‌شده
quadrant-upper-left = ربع بالا و چپ
quadrant-upper-right = ربع بالا و راست
quadrant-lower-left = ربع پایین و چپ
quadrant-lower-right = ربع پایین و راست
side-left = نیمهٔ چپ تصویر (ریهٔ راست بیمار)
side-right = نیمهٔ راست تصویر (ریهٔ چپ بیمار)
map-evidence =
    `{ $image }` ({ $called }): از آنچه به سود { $positive } است { PERCENT($side_share, digits: 0) } در
    { $side } است و بیشترین سهم ({ PERCENT($share, digits: 0) }) در { $quadrant }؛ پخش یکنواخت یک‌چهارم
    می‌شد.
map-no-evidence = `{ $image }` ({ $called }): چیزی در نقشه به سود { $positive } نیست.
map-points-at-lesion =
    بیشترین مقدار درون ضایعه است، که { PERCENT($mass, digits: 0) } این شواهد را بر
    { PERCENT($area, digits: 0) } تصویر دارد.
map-points-elsewhere =
    بیشترین مقدار بیرون از ضایعه است، که { PERCENT($mass, digits: 0) } این شواهد را بر
    { PERCENT($area, digits: 0) } تصویر دارد.

## Elsewhere: another hospital's films

elsewhere-none =
    هیچ مدلی روی تصویرهای بیمارستانی دیگر سنجیده نشده است. این فرمان این کار را می‌کند: `{ $command }`.
elsewhere-heading = در جای دیگر: { $name }
elsewhere-table = در درون و در جای دیگر
elsewhere-inside = درون (بخش تست)
elsewhere-outside = جای دیگر ({ $name })
elsewhere-note =
    درون: { $inside } تصویر از { $inside_patients } بیمار، با تقسیم `{ $method }`. جای دیگر: { n-images }
    از { n-patients }، که روی آن‌ها هیچ چیز آموخته یا انتخاب نشده است. تصمیم‌ها با آستانهٔ خود
    مدل، { NUM($threshold, digits: 3) }، است؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
outside-baselines-table = مدل در کنار آنچه پرونده، بافت و نمای درشت از این تصویرها می‌گویند
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
    `{ $name }`: { $readable } تصویر خوانا از { n-patients }: { LIST($counts, separator: "\u200F، ") }.
external-unreadable = { $files } پرونده خواندنی نبود و کنار گذاشته شد.
external-copies =
    { $films } تصویر (تقریباً) همان تصویرهای آموزش‌اند و کنار گذاشته شدند:
    { LIST($examples, separator: "\u200F، ") }.
external-told-without-disease =
    دستهٔ این تصویرها از روی اندک شناختنی است: تنها از روی { $baseline } می‌توان به AUC برابر
    { INTERVAL($auc, digits: 3) } رسید. مدلی که به همین نگاه کند اینجا خوب به نظر می‌رسد، و مدلی که آن را
    وارونه بخواند بد.
external-not-told-without-disease =
    نشان داده نشد که دستهٔ این تصویرها از روی اندک شناختنی باشد: قوی‌ترین مبنا، { $baseline }، به AUC
    برابر { INTERVAL($auc, digits: 3) } می‌رسد.
external-baselines-unknown =
    آنچه پرونده، بافت یا تصویر بندانگشتی از این تصویرها می‌گویند سنجیدنی نبود: شمارشان کم است.
external-unlike =
    بسیاری از تصویرها بیرون از دامنهٔ تصویرهای آموزش‌اند: { LIST($measures, separator: "\u200F، ") }.
external-measure = `{ $measure }` { PERCENT($share, digits: 0) }
external-measured =
    روی { n-images } از { n-patients } `{ $name }` درستی { INTERVAL($accuracy, digits: 3) } و AUC
    برابر { INTERVAL($auc, digits: 3) } است؛ در بخش تست پوشهٔ خودش درستی
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
    مدل آشکارا بالاتر از قوی‌ترینِ پرونده، بافت و نمای درشت است: { $baseline }، با درستی
    { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } روی همین تصویرها.
external-like-baseline =
    مدل آشکارا بالاتر از قوی‌ترینِ پرونده، بافت و نمای درشت نیست: { $baseline }، با درستی
    { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } روی همین تصویرها. نشان داده
    نشد که مدل بیماری را می‌بیند.
external-below-baseline =
    مدل پایین‌تر از چیزی است که اندک می‌گوید: تنها از روی { $baseline } می‌توان روی همین
    تصویرها به درستی { INTERVAL($accuracy, digits: 3) } و AUC برابر { INTERVAL($auc, digits: 3) } رسید. نشان
    داده نشد که مدل بیماری را می‌بیند.
external-baseline-unknown =
    آنچه پرونده، بافت یا تصویر بندانگشتی از این تصویرها می‌گویند سنجیدنی نبود، پس چیزی نیست که مدل با آن مقایسه شود.
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
external-too-extreme = بیش از اندازه قاطع‌اند: بیش از اندازه نزدیک به ۰ و ۱.
external-slope-not-positive =
    احتمال بالاتر با ذات‌الریهٔ بیشتر همراه نیست، پس هیچ جابه‌جایی و دمایی آن‌ها را درست نمی‌کند.
external-local-threshold =
    آستانهٔ { NUM($threshold, digits: 3) } که روی همین تصویرها برای حساسیت
    { PERCENT($sensitivity, digits: 0) } انتخاب شده باشد، به حساسیت { INTERVAL($reached, digits: 3) } و ویژگی
    { INTERVAL($specificity, digits: 3) } می‌رسد؛ روی تصویرهای تازهٔ همین‌جا احتمالاً کمی بدتر خواهد بود.
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
    { PLURAL($tested) ->
        [one] تنها زیرگروهی که مقایسه‌شدنی است در AUC
       *[other] از { $tested } زیرگروه هیچ‌کدام در AUC
    } بیش از حد تصادف با بقیه تفاوت ندارد (هولم): بیماران کم‌شمار تفاوت‌ها را پنهان می‌کنند.
external-subgroups-differ =
    { PLURAL($tested) ->
        [one] تنها زیرگروهی که مقایسه‌شدنی است در AUC بیش از حد تصادف با بقیه تفاوت دارد
       *[other] از { $tested } زیرگروه این‌ها در AUC بیش از حد تصادف با بقیه تفاوت دارند
    } (هولم): { LIST($groups, separator: "\u200F؛ ") }.
external-subgroup =
    `{ $column }` { $value } با { INTERVAL($auc, digits: 3) }، p برابر { SIGNIFICANT($p, digits: 2) }
external-columns-left-out =
    ستون‌هایی که زیرگروه نمی‌سازند: { LIST($columns, separator: "\u200F، ") }.
external-column-values = `{ $column }` (مقدارهای بسیار)
external-column-one-value = `{ $column }` (تنها یک مقدار)
external-column-few-patients = `{ $column }` (بیماران کم)
external-lesions-found =
    { $method } (شمار تصویر: { $images }): سهم تصویرهایی که بیشترین مقدارشان درون ضایعه است
    { INTERVAL($pointing, digits: 2) } است (تصادف { INTERVAL($pointing_chance, digits: 2) }) و از جرم مثبت سهم
    { INTERVAL($mass, digits: 2) } درون آن است (تصادف { INTERVAL($mass_chance, digits: 2) }). بیشترین مقدار بیش
    از حد تصادف آنجاست.
external-lesions-not-shown =
    { $method } (شمار تصویر: { $images }): سهم تصویرهایی که بیشترین مقدارشان درون ضایعه است
    { INTERVAL($pointing, digits: 2) } است (تصادف { INTERVAL($pointing_chance, digits: 2) }) و از جرم مثبت سهم
    { INTERVAL($mass, digits: 2) } درون آن است (تصادف { INTERVAL($mass_chance, digits: 2) }). نشان داده نشد که
    نقشه‌ها ضایعه را می‌یابند.
external-lesions-below-chance =
    { $method } (شمار تصویر: { $images }): سهم تصویرهایی که بیشترین مقدارشان درون ضایعه است
    { INTERVAL($pointing, digits: 2) } است (تصادف { INTERVAL($pointing_chance, digits: 2) }) و از جرم مثبت سهم
    { INTERVAL($mass, digits: 2) } درون آن است (تصادف { INTERVAL($mass_chance, digits: 2) }). بیشترین مقدار کمتر
    از حد تصادف آنجاست.
external-no-lesions =
    دور ضایعه‌ها کشیده نشده است، پس نقشه‌های گرمایی با هیچ ضایعه‌ای سنجیده نشدند.

## Adapting a model to another hospital

recalibration-heading = سازگارشده با این بیمارستان
recalibration-table = چنان‌که هست، و برازش‌شده با این بیمارستان
recalibration-before = چنان‌که هست
recalibration-after = برازش‌شده با بیماران دیگر همین‌جا
recalibration-note =
    { n-films } از { n-patients }. هر تصویر با برازشی سنجیده می‌شود که هیچ تصویری از بیمار آن
    ندیده است. شبکه و AUC آن همان می‌ماند؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.
recalibration-fit =
    برازش با همهٔ تصویرهای اینجا ({ n-films } از { n-patients } `{ $name }`): جابه‌جایی
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
    حتی { n-films } هم بس نیست: در بیش از ۱ از ۱۰ نمونه‌گیری، برازش روی همهٔ تصویرهای دیگر از مدل
    چنان‌که هست، یا از یک احتمال برای همهٔ تصویرها، بهتر نیست.
recalibration-enough =
    { n-films } بس است: با این شمار و بیشتر، برازش دست‌کم در ۹ از ۱۰ نمونه‌گیری روی همهٔ تصویرهای دیگر
    بهتر است، هم از مدل چنان‌که هست و هم از یک احتمال برای همهٔ تصویرها.
prevalence-unknown = شیوع برآوردشدنی نبود: بخش اعتبارسنجی تنها یک دسته دارد.
prevalence-estimate =
    شیوع در اینجا بدون برچسب { INTERVAL($estimate, digits: 3) } برآورد می‌شود؛ برچسب‌ها
    { INTERVAL($labelled, digits: 3) } می‌گویند و در درون { NUM($inside, digits: 3) } است.
prevalence-unsafe-scores =
    با شیوع تصحیح نکنید: امتیازها آمیزه‌ای از امتیازهای تصویرهای اعتبارسنجی با و بدون ذات‌الریه نیستند
    (فاصله { NUM($distance, digits: 2) }، p برابر { SIGNIFICANT($p, digits: 2) })، پس چیزی بیش از شیوع دگرگون
    شده است.
prevalence-unsafe-warned =
    به برآورد اعتماد نکنید: سهم تصویرهای ناهمانند با تصویرهای آموزش { INTERVAL($share, digits: 3) } است و
    امتیازها روی چنین تصویرهایی هرگز آزموده نشده‌اند.
prevalence-not-unsafe =
    چیزی نشان نمی‌دهد که بیش از شیوع دگرگون شده باشد (p برابر { SIGNIFICANT($p, digits: 2) })، و این گواه آن
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

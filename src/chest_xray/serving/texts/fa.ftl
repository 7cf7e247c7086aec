# The service's page. Syntax, functions and rules: chest_xray/reporting/languages.py.

## What the loader itself asks for

digits = ۰۱۲۳۴۵۶۷۸۹
not-measured = سنجیده‌نشده
list-comma = ،
interval = { $value } ({ $low } تا { $high })

## The page

own-name = فارسی
title = تشخیص ذات‌الریه در پرتونگاری قفسهٔ سینه
languages = زبان‌های دیگر
not-a-device =
    برای پژوهش و آموزش است؛ این یک ابزار پزشکی نیست و هیچ‌چیز آن نباید دربارهٔ بیماری تصمیم بگیرد.
no-script = این صفحه به جاوااسکریپت نیاز دارد؛ خود سرویس نیاز ندارد.
token = این سرویس رمز (توکن) می‌خواهد:
films = تصویرها
choose = انتخاب تصویرها
kinds = یا آن‌ها را اینجا رها کنید: JPEG، PNG، TIFF یا DICOM
examples = یا یک نمونهٔ ترسیمی را بیازمایید:
example-healthy = سالم
example-lobar = لوب متراکم
example-interstitial = سایه‌های پراکنده
example-dark = بسیار تیره
working = در حال خواندن: { $done } از { $all }
done = تصویرهای خوانده‌شده: { $all }
failed = سرویس این تصویر را نپذیرفت.
no-answer = سرویس پاسخ نمی‌دهد.
answers = پاسخ‌ها
table = همهٔ تصویرها
film = تصویر
name = پرونده
show = نمایش
save = ذخیره به‌صورت CSV
clear = حذف همه
stays-here = تصویرها فقط به همین سرویس فرستاده می‌شوند. سرویس هیچ‌کدام را نگه نمی‌دارد و روی دیسک نمی‌نویسد.

## One film

film-alt = تصویر
probability = احتمال
decision = تصمیم
warnings = هشدارها
none = ندارد
between = ،{ " " }
number = { NUM($value, digits: 3) }
whole = { NUM($value, digits: 0) }
called = تشخیص: { $name }
to-a-person = نخست باید یک انسان آن را بخواند
called-at-threshold = تنها بر پایهٔ آستانه، تشخیص { $name } می‌بود.
probability-of = احتمال { $positive }: { NUM($value, digits: 3) }.
threshold-is = از { NUM($threshold, digits: 3) } به بالا، تشخیصِ تصویر { $positive } است.
band-is =
    میان { NUM($negative, digits: 3) } و { NUM($positive, digits: 3) } هیچ تصمیمی به اندازهٔ کافی
    مطمئن نیست و نخست یک انسان تصویر را می‌خواند.
scale =
    احتمال { NUM($value, digits: 3) } روی مقیاسی از ۰ تا ۱، آستانه
    { NUM($threshold, digits: 3) }
distance-is =
    فاصله از تصویرهای آموزش: { NUM($value, digits: 2) }. بیش از ۱ یعنی تصویر به آن‌ها شباهت ندارد.
warnings-mean =
    مدل هرگز روی چنین تصویرهایی آزموده نشده است، پس شاید احتمال آن در اینجا معنایی نداشته باشد. این
    تصویر در برابر تصویرهای آموزش:
no-warnings =
    بدون هشدار: تصویر از نظر سطح خاکستری و شکل مانند تصویرهای آموزش است. این دلیلی بر درستی پاسخ
    نیست.
cannot-be-read = این پرونده خوانده نمی‌شود:

## The heat map

strength = شدت نقشهٔ گرمایی
map-drawing = نقشهٔ گرمایی در حال محاسبه است.
map-failed = برای این تصویر نقشهٔ گرمایی وجود ندارد.
map-legend =
    نارنجی پاسخ را به سوی { $positive } برده است و آبی از آن دور کرده است. نقشه نشان نمی‌دهد که
    رادیولوژیست به کجا نگاه می‌کند.
maps = نقشه‌های گرمایی
maps-on = از مدل اعشاری که این پرونده از آن ساخته شده است (Integrated Gradients)
maps-off = خاموش: به مطالعه‌ای که این پرونده را ساخته است و به PyTorch نیاز دارند

## Warnings: the film, against the training films

warning-unlike-training-images = به تصویرهای آموزش شباهت ندارد
warning-coloured = رنگی است
warning-too-dark = تیره‌تر
warning-too-bright = روشن‌تر
warning-low-contrast = کم‌رنگ‌تر
warning-blurred = تارتر
warning-noisy = دانه‌دارتر
warning-tilted = کج‌تر
warning-cropped = تنگ‌تر بریده‌شده
warning-tall-shape = بلندتر از معمول
warning-wide-shape = پهن‌تر از معمول
warning-black-borders = با حاشیه‌های سیاه پهن‌تر
warning-burnt-in-marker = با حرف یا نشانه‌ای در گوشهٔ بالا
warning-small-original = پروندهی کوچک‌تر (پیکسل‌های کمتر)
warning-low-jpeg-quality = فشرده‌تر

## The model

model = مدل
model-takes = { $positive } را از { $negative } در پرتونگاری‌های روبه‌روی قفسهٔ سینه تشخیص می‌دهد.
probability-holds =
    احتمال‌ها روی تصویرهایی مانند تصویرهای آموزش کالیبره شده‌اند. جایی که ذات‌الریه نادرتر است یا
    تصویرها از جای دیگری می‌آیند، بیش از اندازه بالا هستند یا معنایی ندارند.
backbone = شبکه
image-size = هر تصویر را در این اندازه می‌بیند
pixels = { NUM($side, digits: 0) } × { NUM($side, digits: 0) } پیکسل
precision = اعداد درونی
intensity = سطوح خاکستری
licence = پروانه
weights = وزن‌ها (هش)
splits = تقسیم آموزش (هش)
format = قالب پرونده

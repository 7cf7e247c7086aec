### What the report, the models' cards and TensorBoard say, in English.
### Functions and the meaning of `backticks`: chest_xray/reporting/languages.py.

# The ten digits, zero first.
digits = 0123456789
interval = { $value } ({ $low } to { $high })
not-measured = not measured
list-comma = ,
yes = yes
no = no

## Counts

n-images = { PLURAL($images) ->
    [one] { $images } image
   *[other] { $images } images
}
n-patients = { PLURAL($patients) ->
    [one] { $patients } patient
   *[other] { $patients } patients
}
n-films = { PLURAL($films) ->
    [one] { $films } film
   *[other] { $films } films
}
n-groups = { PLURAL($groups) ->
    [one] { $groups } group
   *[other] { $groups } groups
}
n-test-images = { PLURAL($images) ->
    [one] { $images } test image
   *[other] { $images } test images
}

## Pages

page-report = Chest X-ray: report
page-baseline-card = Chest X-ray: the first model
page-tuned-card = Chest X-ray: the tuned model
page-code = Code
page-source = Code: `{ $name }`
result-missing = `{ $name }` is missing; this makes it: `{ $command }`
result-damaged = The newest `{ $name }` is damaged; this makes it again: `{ $command }`
result-stale =
    `{ $name }` is not shown: it was made from another `{ $made_from }` than the newest; this makes
    it again: `{ $command }`
result-of-unknown-origin =
    `{ $name }` is not shown: nothing tells which radiographs, splits and model it was made from;
    this makes it again: `{ $command }`
result-of-another-version =
    `{ $name }` is not shown: another version of this project wrote what it says; this makes it again:
    `{ $command }`
summary-heading = Summary
summary-inside =
    { $model }, inside: on { n-test-images } of { n-patients } of the folder that it was trained on,
    accuracy is { INTERVAL($accuracy, digits: 3) } and AUC { INTERVAL($auc, digits: 3) } (in brackets: 95 %
    intervals).
summary-caveat = The biggest caveat: { $caveat }
summary-nothing = No model has been measured yet. This trains and measures the first one: `{ $command }`
summary-training =
    { $model }: training `{ $run }` on { $device } ({ $precision }), splits `{ $splits }`.
summary-date = Written on `{ $date }`.
summary-commit = Written on `{ $date }` at commit `{ $commit }`.
summary-changed-commit = Written on `{ $date }` at commit `{ $commit }`, with changes that are not in it.
summary-machine =
    This page was written on { $processor } ({ $cores } { PLURAL($cores) ->
        [one] core
       *[other] cores
    }) with { LIST($versions, separator: ", ") }.
report-tensorboard = All of this, epoch by epoch, is in TensorBoard: `{ $command }`

## Figures

model-baseline = First model
model-tuned = Tuned model
model-quantized = Quantized model (int8)
figure-of-model = { $model }. { $caption }
figure-class-counts = How many images each class has, by subtype and by published folder.
figure-image-sizes = Width and height of every file.
figure-sample-grid = Some radiographs of both classes as the model sees them.
figure-tuning =
    The search: best so far against time, which hyperparameters mattered, and the setting of every
    trial.
figure-pooled-comparison =
    Tuned minus first setting on each split's test part, and pooled, with 95 % intervals.
figure-quantization = Size, latency, throughput and quality, float beside int8.
figure-curves =
    Loss and accuracy on train and validation; the dotted line is the epoch that was kept.
figure-confusion-matrix = Confusion matrix of the test part.
figure-ranking = ROC and precision-recall curves on test.
figure-reliability = Do predicted probabilities come true? On the diagonal they do.
figure-misclassified =
    Every misclassified test image, the most confident first, with the types it belongs to.
figure-error-types =
    Error types by importance, and how their order depends on the cost of a missed pneumonia.
figure-error-rates =
    How often the model errs as a film gets darker, paler, blurred, tilted and so on.
figure-error-examples =
    The most important error types, with errors of each: label and probability above; what each type
    means is in the table.
figure-confidence = How sure the model was where it was right and where it was wrong.
figure-explanations =
    Images called wrong and right: the original, the heat map, and the map laid over the original.
figure-fidelity =
    What happens when pixels are taken away or put back in the order of a map, and when the weights
    are scrambled.
figure-external =
    Another hospital's films: ROC curve beside that of the inside test part, reliability, decision
    curve, and the AUC of each subgroup.
figure-external-audit =
    What files, texture and a coarse view alone tell of the class of these films, and how many are beyond the range of
    the training films.
figure-recalibration =
    The model fitted to another hospital: reliability before and after, how many films are needed, the
    scores beside a mixture of those inside, and three-way decisions.
figure-one-heat-map =
    What moved the answer for one image: orange for pneumonia, blue against it.

## Within figures

in-figure-no-subtype = no subtype
in-figure-counts-by-subtype = Images of each class by subtype
in-figure-counts-by-folder = Images of each class by published folder
in-figure-counted = { $name } ({ $count })
in-figure-square = square
in-figure-width = width (px)
in-figure-height = height (px)
in-figure-sizes = Sizes of { $images } radiographs
in-figure-samples = Samples as the model sees them ({ $side } x { $side } px)
in-figure-loss-by-epoch = Loss by epoch
in-figure-accuracy-by-epoch = Accuracy by epoch
in-figure-kept-epoch = kept: epoch { $epoch }
in-figure-px = { $side } px
in-figure-predicted = predicted
in-figure-true = true
in-figure-confusion-matrix = Confusion matrix, { n-test-images }
in-figure-share-of-class = share of the true class
in-figure-model-auc = model, AUC { NUM($auc, digits: 4) }
in-figure-chance = chance
in-figure-false-rate = 1 - specificity
in-figure-roc = ROC curve on test
in-figure-model-precision = model, average precision { NUM($precision, digits: 4) }
in-figure-recall = recall (sensitivity)
in-figure-precision = precision
in-figure-precision-recall = Precision-recall curve on test
in-figure-calibrated = perfectly calibrated
in-figure-tenths = test images, by tenths of probability; area: how many
in-figure-probability = predicted probability
in-figure-observed = observed share of pneumonia
in-figure-reliability = Reliability on test (expected calibration error { NUM($error, digits: 3) })
in-figure-brightness = brightness (bright grey level, 0 to 1)
in-figure-contrast = contrast (0 to 1)
in-figure-sharpness = sharpness (log fine/coarse detail)
in-figure-noise = noise (0 to 1)
in-figure-tilt = tilt (degrees, either side)
in-figure-cut = closeness of the cut (0 to 1)
in-figure-shape = width / height
in-figure-border = black borders (share of area)
in-figure-marker = marker contrast (0 to 1)
in-figure-side = shorter side (px)
in-figure-jpeg-quality = JPEG quality
in-figure-misclassified-page =
    Misclassified test images, page { $page } of { $pages }, most confident first
in-figure-none-misclassified = No test image is misclassified.
in-figure-all-misclassified = { PLURAL($images) ->
        [one] The only misclassified test image
       *[other] All { $images } misclassified test images, most confident first
}
in-figure-first-misclassified =
    The { $shown } most confident of { $images } misclassified test images; the pages of misclassified
    images hold the rest
in-figure-called = { $label }, called { $predicted }, p = { NUM($probability, digits: 3) }
in-figure-no-types = No errors, so no types of them.
in-figure-wrong-of-type = { $errors } wrong, { $evidence }
in-figure-type-importance = importance (cost that would go away, in 100 images)
in-figure-importance-title = Importance
in-figure-error-types = Error types on test; orange: clear, blue: suggestive, grey: neither
in-figure-risk-ratio = error rate inside / outside (95 % interval)
in-figure-risk-ratio-title = Risk ratio
in-figure-cost = cost of a missed pneumonia (false alarms)
in-figure-place = place in the order
in-figure-place-by-cost = Place by cost
in-figure-by-label = by label and subtype
in-figure-error-rate = error rate
in-figure-error-rates = Error rate on test, by subtype and by fifths of each film measure
in-figure-right = right ({ $images })
in-figure-wrong = wrong ({ $images })
in-figure-confidence = confidence (0 at the threshold, 1 sure)
in-figure-of-class = { $name }, test
in-figure-share-of-answers = share of the right, and of the wrong
in-figure-confidences = Confidence of right and wrong answers
in-figure-a-trial = a trial, at its end
in-figure-best-so-far = best so far
in-figure-finalist-failed = finalist whose full training failed
in-figure-search-minutes = time of the search, minutes
in-figure-lower-better = validation { $metric } (lower is better)
in-figure-higher-better = validation { $metric } (higher is better)
in-figure-best-trials =
    Best of { $trials } { PLURAL($trials) ->
        [one] trial
       *[other] trials
    } so far
in-figure-importance = Which hyperparameters mattered (random forest)
in-figure-no-importance = too few trials, or all alike: nothing to tell
in-figure-importance-share = share of importance
in-figure-settings =
    Settings of all trials: orange the finalists, darker the better in validation { $metric }
in-figure-tuned-minus-first = { $metric }, tuned minus first
in-figure-split = split { $split }
in-figure-own-split = split { $split } (the study)
in-figure-whole-file = whole file, { $width } x { $height } px
in-figure-network-alone = network alone, { $width } x { $height } px
in-figure-quantized = Float and int8 on { $processor } ({ LIST($instructions, separator: ", ") })
in-figure-quantized-without-int8 = Float and int8 on { $processor } (no int8 dot product)
in-figure-megabytes = file on disk (MB)
in-figure-size = Size: int8 is { PERCENT($ratio, digits: 1) } of float
in-figure-milliseconds = median, whisker to the 95th percentile (ms)
in-figure-latency = Latency: one image, one thread
in-figure-threads =
    { $name }, { $threads } { PLURAL($threads) ->
        [one] thread
       *[other] threads
    }
in-figure-batch = images in a batch
in-figure-per-second = images a second
in-figure-throughput = Throughput: { $backend }, { $what }
in-figure-value = value on test, 95 % interval
in-figure-quality = Quality on test
in-figure-integrated-gradients = integrated gradients
in-figure-grad-cam = Grad-CAM
in-figure-random-order = random order, as smooth
in-figure-called-wrong = Called wrong
in-figure-called-right = Called right
in-figure-none-wrong = Called wrong: none
in-figure-none-right = Called right: none
in-figure-confident-of-the-rest = most confident of the rest
in-figure-most-confident = most confident { $name }
in-figure-closest = closest { $name }
in-figure-asked-for = asked for
in-figure-what-moved =
    What moved the log-odds of { $name }: integrated gradients, orange for and blue against
in-figure-p-and-delta =
    (p: probability of { $name }; Δ: by how much the sum of the map misses the difference in log-odds)
in-figure-labelled = { $label }, p = { NUM($p, digits: 3) }
in-figure-delta = Δ = { NUM($delta, digits: 3, sign: "+") }
in-figure-delta-not-converged = Δ = { NUM($delta, digits: 3, sign: "+") }, not converged
in-figure-map-alone = map alone:
in-figure-map-over = map smoothed, over the original:
in-figure-log-odds-per-pixel = log-odds of { $name } per pixel
in-figure-deletion = Deletion, { n-test-images } (lower is better)
in-figure-insertion = Insertion, { n-test-images } (higher is better)
in-figure-replaced = share of pixels replaced, in the order of smoothed maps
in-figure-put-back = share of pixels put back, in the order of smoothed maps
in-figure-area = { $method }, area { NUM($area, digits: 3) }
in-figure-mean-probability = mean probability of the more probable class
in-figure-signed = { $method }, signed
in-figure-absolute = { $method }, absolute
in-figure-no-stage = none
in-figure-scrambled = weights scrambled from the head down to
in-figure-rank-correlation = rank correlation of maps
in-figure-scrambling = Scrambled weights, { n-images }
in-figure-p = p({ $name }) = { NUM($p, digits: 3) }
in-figure-heat-map = heat map ({ $steps } steps, Δ = { NUM($delta, digits: 4, sign: "+") })
in-figure-laid-over = laid over the image
in-figure-no-pixels = no pixels
in-figure-texture = texture
in-figure-thumbnail = thumbnail
in-figure-films = { $name }: { n-films } of { n-patients }
in-figure-auc = AUC (95 % interval)
in-figure-auc-inside = inside (test part): AUC { INTERVAL($auc, digits: 3) }
in-figure-auc-of = { $name }: AUC { INTERVAL($auc, digits: 3) }
in-figure-roc-by-source = ROC curve of each source
in-figure-auc-by = { $name } by { $baseline } alone: AUC { INTERVAL($auc, digits: 3) }
in-figure-films-by-tenths = films by tenths of probability; area: how many
in-figure-reliability-title = Reliability
in-figure-intercept = intercept { INTERVAL($value, digits: 3) }
in-figure-slope = slope { INTERVAL($value, digits: 3) }
in-figure-model = model
in-figure-call-all = call every film pneumonia
in-figure-call-none = call none pneumonia
in-figure-decision-curve = Decision curve
in-figure-threshold = threshold (probability at which one would act)
in-figure-net-benefit = net benefit per film
in-figure-no-subgroups = No subgroups: no column to make them of.
in-figure-all-films = all films
in-figure-value-alone = { INTERVAL($value, digits: 3) }
in-figure-auc-cross-validated = AUC, cross-validated (95 % interval)
in-figure-told-without = The class, told by little alone
in-figure-share-of-films = share of films
in-figure-beyond-range = Films beyond the range of the training films
in-figure-reliability-area = Reliability; area: how many films
in-figure-films-needed = How many films are needed
in-figure-fitted-to = films fitted to
in-figure-brier-on-others = Brier score on all other films
in-figure-refused = refused
in-figure-few-films = too few films
in-figure-draws = 9 of 10 draws
in-figure-fitted = fitted, mean of the draws
in-figure-constant = one probability for every film
in-figure-prevalence-alone = Is it a shift of prevalence alone?
in-figure-mixture = validation films at the estimated prevalence
in-figure-none-decided = none decided
in-figure-decided-right = { PERCENT($share, digits: 1) } of the decided right
in-figure-three-way = Three-way decisions
in-figure-example = { $label }, p = { NUM($p, digits: 3) }
in-figure-examples-of = { $type } (errors: { $errors })

## The data

source-phantoms =
    These radiographs are synthetic (phantoms): their truth is known, and no number here speaks of
    patients.
source-folder =
    A folder of radiographs was measured as it is. If it is the published set (Kermany and others,
    doi:10.17632/rscbjbr9sj.2, CC BY 4.0), it holds children of one hospital.
part-train = train
part-validation = validation
part-test = test
parts-table = Images of each class after the split
parts-part = part
parts-together = together
parts-share = share of all
parts-none = in no part
parts-all = all
parts-unreadable = In no part: files that can't be read.
parts-left-out =
    In no part: files that can't be read ({ $unreadable }), and films of other parts that show a patient
    or a film of the test part ({ $images }).
folders-table = The folders that were merged
folders-folder = folder
folders-none = no folder
sources-table = The sources of the images
sources-source = source
sizes-table = Size of the images (px)
sizes-side = side
sizes-width = width
sizes-height = height
sizes-smallest = smallest
sizes-first-quartile = first quartile
sizes-median = median
sizes-third-quartile = third quartile
sizes-largest = largest
data-shortcut =
    Warning: { $fact } alone tells the class, with a balanced accuracy of
    { NUM($accuracy, digits: 3) } on patients that were held out. A model can learn this instead of
    the disease, and its results here then say nothing about other films. Images by value:
    { LIST($classes, separator: "; ") }.
data-shortcut-class = { $label }: { LIST($values, separator: ", ") }
data-shortcut-value = { $value } ({ $count })
fact-mode = the colour mode
fact-format = the file format
fact-bits = the number of bits of a grey level
fact-size = the size of the image (px)
fact-darkest = the darkest grey level
fact-brightest = the brightest grey level
fact-jpeg-quality = the JPEG quality
fact-source = the source
fact-folder = the published folder
data-counts =
    { n-images } of { n-patients }: { $many_count } { $many } and { $few_count } { $few },
    { NUM($ratio, digits: 1) } to one. Always answering { $many } would be right for
    { PERCENT($share, digits: 1) } of them, so accuracy alone says little, and the loss weighs each
    class by its rarity.
data-equal-counts =
    { n-images } of { n-patients }: { LIST($classes, separator: " and ") } are equally frequent
    ({ $count } each), so always giving the same answer would be right for half of them.
data-one-class =
    { n-images } of { n-patients }, all of the class { $label }: nothing can be learnt from one class.
data-one-size =
    All files are { $width } x { $height } px. Films of several machines rarely are, so they may have
    been resized before.
data-sizes =
    Files differ in size: sides from { $smallest } to { $largest } px, the median file
    { $width } x { $height }. All are stretched to one square.
data-defects =
    Unreadable files: { $unreadable }; groups of identical images: { $duplicates } (with conflicting
    labels: { $conflicting }).
data-dicom-left-out =
    { PLURAL($files) ->
        [one] { $files } DICOM file is
       *[other] { $files } DICOM files are
    } no film to train on and left out ({ LIST($reasons, separator: ", ") }; docs/dicom-training.md).
data-dicom-reason = { $reason }: { $count }
data-dicom-burnt-in =
    { PLURAL($films) ->
        [one] { $films } film says
       *[other] { $films } films say
    } that text is burnt into the pixels (BurnedInAnnotation): look at such films before a figure with
    them is shown to others.
data-patients-in-several-folders =
    { PLURAL($patients) ->
        [one] { $patients } patient number occurs
       *[other] { $patients } patient numbers occur
    } in several of the published folders ({ LIST($folders, separator: ", ") }).
data-patients-in-one-folder =
    No patient number occurs in several of the published folders
    ({ LIST($folders, separator: ", ") }).
data-near-duplicates =
    { PLURAL($groups) ->
        [one] { $groups } film is
       *[other] { $groups } films are
    } there several times, saved again at another quality or size ({ $files } files). Under the names of
    several patients, who then count as one: { $patients }; in both classes: { $classes }; in several of
    the published folders: { $published_folders }.
data-split-leaks =
    The split by `{ $method }` leaks: { PLURAL($leaked) ->
        [one] { $leaked } test image is
       *[other] { $leaked } test images are
    } of patients that were learnt from, so results on test are too good.
data-split-published-test =
    The published folder `test` is the test part, and the others are split by patient. { PLURAL($shared) ->
        [one] { $shared } patient number occurs
       *[other] { $shared } patient numbers occur
    } in several of the folders; whether they are the same people is not known, so each counts as one
    patient per side.
data-split =
    The split is by `{ $method }`, and no test image is of a patient that was learnt from.
data-no-pixel-unknown =
    How far one gets without a look at any pixel could not be measured: a class has fewer than two
    patients.
data-no-pixel-telling =
    Without a look at any pixel, size and colour mode alone reach an AUC of
    { INTERVAL($size, digits: 3) }, with the JPEG header { INTERVAL($files, digits: 3) }: part of any
    accuracy here may come from how files were saved and not from the lungs.
data-no-pixel-open =
    Without a look at any pixel, size, colour mode and JPEG header reach an AUC of
    { INTERVAL($files, digits: 3) }: there are too few patients to say whether the files give the
    classes away.
data-no-pixel-clean =
    Without a look at any pixel, size, colour mode and JPEG header reach an AUC of
    { INTERVAL($files, digits: 3) }: the files give the classes away hardly or not at all.
data-baseline =
    By { $baseline } alone, the class of patients that were held out is predicted with an AUC of
    { INTERVAL($auc, digits: 3) }.
data-baseline-on-test =
    By { $baseline } alone, the class of patients that were held out is predicted with an AUC of
    { INTERVAL($auc, digits: 3) }; learnt on the training part and measured on the test part, the AUC
    is { INTERVAL($test, digits: 3) }.
data-baseline-unknown = What { $baseline } alone tells of the class could not be measured.
data-texture-tells-folders =
    Among films of { $label } alone, texture tells the folder `{ $one }` from
    { LIST($others, separator: ", ") } (AUC { INTERVAL($auc, digits: 3) }): their files were made in
    different ways, and a model can learn that instead of the disease.
data-texture-tells-sources =
    Among films of { $label } alone, texture tells the source `{ $one }` from
    { LIST($others, separator: ", ") } (AUC { INTERVAL($auc, digits: 3) }): where a source goes with a
    class, a model can learn the source instead of the disease.
data-merged = The folders { LIST($folders, separator: ", ") } were merged and split again.
data-method-patient =
    Patients, and not images, are split: 80 % to train, 10 % to validation and 10 % to test, each class
    and source alike. Images of one patient look alike; on two sides of the split they would be answers
    known beforehand.
data-method-image =
    Images are split whoever they show: 80 % to train, 10 % to validation and 10 % to test, each class
    alike. Images of one patient may lie on two sides, as answers known beforehand.
data-method-published = The parts are the published folders `train`, `val` and `test` as they are.
data-method-published-test =
    The test part is the published folder `test`; of the others, nine tenths of the patients are for
    training and one tenth for validation.
data-method-source =
    The test part is the films of other sources; of the rest, nine tenths of the patients are for
    training and one tenth for validation.

## What can be told without the disease

baseline-no-pixel = image size, colour mode and JPEG header
baseline-texture = texture (fine detail, nothing of the anatomy)
baseline-thumbnail = a thumbnail of 16 px (a coarse view, in which large lesions show too)
baselines-table = What files, texture and a coarse view alone tell of the class
baselines-baseline = what it is told by
baselines-source = { $baseline }: { $source }
baselines-accuracy = accuracy, cross-validated
baselines-auc = AUC, cross-validated
baselines-test-accuracy = accuracy on test
baselines-test-auc = AUC on test
baselines-note =
    95 % intervals; patients are never on both sides. Cross-validated: over all images of the folder
    (texture and thumbnail: without its test part). On test: learnt on the training part and measured on
    the test part, as the models are; so both values of a baseline differ. A model that is not clearly
    above these has not shown that it sees more than these.
outside-learned-note =
    95 % intervals; learnt and measured on these films, by cross-validation, with patients never on both
    sides. A model that is not clearly above these has not shown that it sees more than these.
associations-table = What goes with the class
associations-column = column
associations-values = values
associations-in-one-class = { $column } (empty or 0 in one class)
associations-note =
    How well each column alone tells the class of patients that were held out; 0.5 is chance. Where
    one does, a model may have learnt it instead of the disease, unless the column describes the
    disease: one that is empty or 0 in all films
    of one class (marked so) may.
metric-balanced-accuracy = balanced accuracy

## Patients that are unknown, doubtful or few

patients-unknown =
    Nothing tells the patients of some or all images: each image counted as its own patient, so
    images of one patient may lie on both sides of the split, and intervals may be too narrow.
patients-ambiguous-ids =
    { PLURAL($groups) ->
        [one] { $groups } group of patient ids may
       *[other] { $groups } groups of patient ids may each
    } be one patient written in two ways, such as `{ $one }` and `{ $other }`. They count as different
    patients; where they are one, test images may show a patient who was learnt from.
patients-many-folders =
    A pattern of file names tells { n-patients } scattered over { $folders } folders, `{ $example }` alone
    over { $example_folders }: it may fit by chance, and then test images show patients who were learnt
    from.
patients-both-classes =
    Of { n-patients } with several films that a pattern of file names tells, { $mixed } { PLURAL($mixed) ->
        [one] is
       *[other] are
    } in both classes, about as by chance: it may not tell patients at all, and then test images show
    patients who were learnt from.
patients-folders-disagree =
    Folders that hold several of the patients that a pattern of file names tells: { $several } of
    { $folders }. Where a folder is a patient, test images show patients who were learnt from.
patients-few-in-validation =
    The validation part has only { n-patients } of { $class_name }, fewer than { $fewest }: what was chosen
    on it (epoch, calibration, threshold, setting) is uncertain.
patients-few-in-test =
    The test part has only { n-patients } of { $class_name }, fewer than { $fewest }: every number that
    rests on them is uncertain.

## A model

metric-accuracy = accuracy
metric-f1 = F1
metric-macro-f1 = F1, mean of both classes
metric-auc = AUC
metric-area = AUC
metric-sensitivity = sensitivity
metric-specificity = specificity
metric-brier = Brier score
metric-ece = calibration error
metric-ppv = positive predictive value
metric-npv = negative predictive value
metric-prevalence = prevalence
metric-intercept = calibration intercept (0 is right)
metric-slope = calibration slope (1 is right)
metric-loss = loss
model-pretrained =
    Transfer learning: the backbone `{ $backbone }` starts from the weights of `{ $weights }`.
model-random =
    The backbone `{ $backbone }` starts from random weights: nothing is transferred.
model-head =
    On top of it are linear layers with { LIST($sizes, separator: ", ") } hidden units and dropout
    { SIGNIFICANT($dropout, digits: 2) }.
model-head-of-one-layer =
    On top of it is one linear layer, with dropout { SIGNIFICANT($dropout, digits: 2) }.
model-input = It sees grey images of { $side } x { $side } px.
model-percentiles =
    Before the network sees a film, its grey levels are stretched: the 1st percentile becomes black
    and the 99th white.
model-equalize = Before the network sees a film, the histogram of its grey levels is equalized.
model-clahe =
    Before the network sees a film, the histogram of its grey levels is equalized locally, with a
    limited slope (CLAHE).
model-frozen =
    { PLURAL($epochs) ->
        [one] In the first epoch
       *[other] In the first { $epochs } epochs
    } only the layers on top are trained, then all layers.
model-not-frozen = All layers are trained from the first epoch on.
model-rates-by-stage =
    The learning rate peaks at { SIGNIFICANT($head_rate, digits: 2) } for the layers on top and at
    { SIGNIFICANT($rate, digits: 2) } for the last stage of the backbone; each stage below learns at
    { PERCENT($decay, digits: 0) } of the rate of the one above.
model-rates =
    The learning rate peaks at { SIGNIFICANT($head_rate, digits: 2) } for the layers on top and at
    { SIGNIFICANT($rate, digits: 2) } for every stage of the backbone.
model-smaller-images =
    { PLURAL($epochs) ->
        [one] The first epoch sees
       *[other] The first { $epochs } epochs see
    } smaller images ({ LIST($sizes, separator: ", then ") } px).
model-moving-average =
    What is evaluated and kept is a moving average of the weights (decay per step
    { SIGNIFICANT($decay, digits: 4) }).
model-loss = Each image weighs in the loss by the rarity of its class.
model-loss-within-sources =
    Each image weighs in the loss by the rarity of its class, within its source.
model-label-smoothing = Labels are smoothed by { SIGNIFICANT($smoothing, digits: 2) }.
model-augmentation =
    Augmentation changes each training image at random, differently in every epoch:
    { LIST($changes, separator: "; ") }.
model-no-augmentation = Training images are not changed at random (no augmentation).
change-rotation = rotation by up to { SIGNIFICANT($rotation_degrees, digits: 3) }°
change-translation = translation by up to { PERCENT($translation, digits: 0) } of the side
change-scale = scale by up to { PERCENT($scale, digits: 0) }
change-brightness = brightness by up to { PERCENT($brightness, digits: 0) } of the grey scale
change-gain = gain by up to { PERCENT($gain, digits: 0) }
change-contrast = contrast about the film's mean by up to { PERCENT($mean_contrast, digits: 0) }
change-gamma =
    gamma, to a power of at most { SIGNIFICANT($gamma, digits: 3) } more than 1, or the inverse
change-blur = blur of up to { SIGNIFICANT($blur, digits: 3) } px, of half of the images
change-sharpening = sharpening by up to { PERCENT($sharpening, digits: 0) }, of half of the images
change-noise = noise of up to { PERCENT($noise, digits: 1) } of the grey scale
change-jpeg-quality = JPEG of quality { $jpeg_quality } to 100, of half of the images
change-mirror = half of the images mirrored left to right
model-style-mixing = Training images take from each other: { LIST($kinds, separator: "; ") }.
mixed-amplitude = up to { PERCENT($amplitude, digits: 0) } of their Fourier amplitudes
mixed-texture =
    the texture of an image of the other class, { PERCENT($other_class_texture, digits: 0) } of the
    images
mixed-features =
    mean and standard deviation of the first two stages, in { PERCENT($features, digits: 0) } of the
    batches (MixStyle)
model-views =
    Its answer is the mean of { $views } views of a film, shifted by a 25th of the side, so that it
    takes { $views } times as long.
model-stopping =
    { PLURAL($epochs) ->
        [one] One epoch at most
       *[other] { $epochs } epochs at most
    }, fewer where { $metric } on validation is not better after { PLURAL($patience) ->
        [one] one more epoch
       *[other] { $patience } more epochs
    }.
model-ended =
    It ran to the end, and the weights of epoch { $best }, the best by { $metric }, were kept.
model-stopped-early =
    It stopped before the end, and the weights of epoch { $best }, the best by { $metric }, were kept.
model-threshold-half = The decision threshold is { NUM($threshold, digits: 3) }, set beforehand.
model-threshold-youden =
    The decision threshold { NUM($threshold, digits: 3) } was chosen on validation, where sensitivity
    plus specificity is largest (Youden's index).
model-threshold-sensitivity =
    The decision threshold { NUM($threshold, digits: 3) } was chosen on validation for a sensitivity of at
    least { PERCENT($sensitivity, digits: 0) } there.
model-one-training = This is one training (seed { $seed }): another seed gives a somewhat other model.
metrics-table = Metrics on test
metrics-metric = metric
metrics-value = value
metrics-low = 95 % from
metrics-high = to
metrics-strongest = by { $baseline } alone
metrics-without-disease = by little alone
metrics-note = { n-images } of { n-patients }; 95 % intervals with patients as the units.
epochs-table = Metrics by epoch
epochs-epoch = epoch
epochs-side = image side, px
epochs-metric = { $part }: { $metric }
curves-overfitted =
    At the kept epoch { $epoch } of { $ran }, accuracy is { PERCENT($train, digits: 1) } on train
    and { PERCENT($validation, digits: 1) } on validation ({ n-images }). Train is ahead by more than
    chance explains: the model overfits.
curves-open =
    At the kept epoch { $epoch } of { $ran }, accuracy is { PERCENT($train, digits: 1) } on train
    and { PERCENT($validation, digits: 1) } on validation ({ n-images }). Train is ahead, by no more
    than chance explains with so few images: whether the model overfits is not shown.
curves-validation-ahead =
    At the kept epoch { $epoch } of { $ran }, accuracy is { PERCENT($train, digits: 1) } on train
    and { PERCENT($validation, digits: 1) } on validation ({ n-images }). Train is not ahead, so there is
    no sign of overfitting; train is measured while the epoch still goes on, with augmentation and dropout
    where there are any.
curves-close =
    At the kept epoch { $epoch } of { $ran }, accuracy is { PERCENT($train, digits: 1) } on train
    and { PERCENT($validation, digits: 1) } on validation ({ n-images }). Both are close: little
    overfitting, if any.
model-measured =
    On { n-test-images } of { n-patients } accuracy is { INTERVAL($accuracy, digits: 3) }, F1
    { INTERVAL($f1, digits: 3) } and AUC { INTERVAL($auc, digits: 3) } (in brackets: 95 % intervals).
model-source =
    Of the source { $source } alone ({ n-images }): accuracy { INTERVAL($accuracy, digits: 3) },
    AUC { INTERVAL($auc, digits: 3) }.
model-shared-numbers =
    { PLURAL($with) ->
        [one] { $with } test image has
       *[other] { $with } test images have
    } a patient number that occurs in the other folders too; whether it is the same person is not known.
    Sensitivity there: { INTERVAL($with_sensitivity, digits: 3) }, specificity:
    { INTERVAL($with_specificity, digits: 3) }; of the others ({ $without }):
    { INTERVAL($without_sensitivity, digits: 3) } and { INTERVAL($without_specificity, digits: 3) }.
model-missed =
    Of { n-images } of { $class_name }, { $errors } { PLURAL($errors) ->
        [one] was
       *[other] were
    } missed.
model-none-missed = Of { n-images } of { $class_name }, none was missed.
model-alarms = Of { n-images } of { $class_name }, { $errors } raised a false alarm.
model-no-alarms = Of { n-images } of { $class_name }, none raised a false alarm.
model-no-images =
    The test part has no image of { $class_name }, so nothing is known of the model's answers there.
model-baseline-unknown =
    What files, texture or a thumbnail alone tell of the class could not be measured on this test part, so there is nothing to hold the model against.
model-strongest-baseline =
    By { $baseline } alone, learnt on the training part, one reaches an accuracy of
    { INTERVAL($accuracy, digits: 3) } and an AUC of { INTERVAL($auc, digits: 3) } on the same test
    images.
model-learnt-more =
    Even the lower end of the model's AUC ({ NUM($low, digits: 3) }) is above the upper end of that one
    ({ NUM($high, digits: 3) }): the model has learnt more from the images than this.
model-learning-not-shown =
    The lower end of the model's AUC ({ NUM($low, digits: 3) }) is not above the upper end of that one
    ({ NUM($high, digits: 3) }): that it has learnt more from the images than this is not shown.
model-like-chance =
    The lower end of the model's AUC ({ NUM($low, digits: 3) }) is not above 0.5, which guessing gives:
    that the model has learnt anything is not shown.

## Limits

not-a-device =
    Research and teaching; this is not a medical device, and nothing here may decide about a
    patient.
limit-files-tell =
    The files themselves tell the classes apart (AUC { INTERVAL($auc, digits: 3) } without a pixel),
    so no accuracy here speaks of another hospital.
limit-conflicting-labels =
    { n-groups } of identical images { PLURAL($groups) ->
        [one] has
       *[other] have
    } conflicting labels: some labels are wrong.
limit-one-source =
    All parts come from one source: the test part tells of new patients of that source, not of other
    machines, ages or countries.
limit-inside =
    A number measured in the folder that the model was trained on is no evidence elsewhere: another
    hospital has other machines, patients and habits, and a model can rest on those of the first.
limit-not-elsewhere =
    There is no result of another hospital's films: how the model does elsewhere is not known. This
    measures it: `{ $command }`.
limit-elsewhere =
    { $model }, elsewhere, on { $images } { PLURAL($images) ->
        [one] film
       *[other] films
    } of `{ $name }`: accuracy { INTERVAL($accuracy, digits: 3) }, AUC { INTERVAL($auc, digits: 3) }.
limit-small-test =
    The test part is small ({ n-images } of { n-patients }): the 95 % interval of accuracy is
    { NUM($width, digits: 1) } points wide, and differences smaller than that are not shown.
limit-test =
    With { n-test-images } of { n-patients } the 95 % interval of accuracy is
    { NUM($width, digits: 1) } points wide: smaller differences between models are not shown.
limit-shortcut =
    A shortcut was found: the corners, where letters and markers are, drive the decision more than
    any equal patch elsewhere (mass { NUM($mass, digits: 2) } times, effect
    { NUM($covered, digits: 2) } times).
limit-no-shortcut =
    No shortcut in the corners was found (mass { NUM($mass, digits: 2) } times, effect
    { NUM($covered, digits: 2) } times the largest equal patch elsewhere); other shortcuts were not
    looked for by heat maps.
limit-no-heat-maps =
    Heat maps of this model were not tested, so shortcuts were not looked for: `{ $command }` does.

## A model's card

card-use = Intended use
card-data = Data
card-training = Training
card-measured = Measured on test
card-elsewhere = Measured elsewhere: { $name }
card-limits = Shortcuts and limits
card-loading = How to load it
card-takes =
    It takes a frontal chest radiograph and gives the probability of `{ $positive }` (against
    `{ $negative }`), to teach and to study how such a model is built, measured and questioned.
card-facts =
    Probability at temperature { NUM($temperature, digits: 3) }; from { NUM($threshold, digits: 3) }
    on the answer is `{ $positive }`. Weights `{ $weights }`, data `{ $data }` (first characters of
    their hashes).

## Hyperparameters

column-first-model = first model
column-tuned-model = tuned model
settings-table = Hyperparameters
settings-name = hyperparameter
settings-tried = tried in the search
space-table = The search space
space-range = range
space-why = what it is, and why this range
space-effect = what it did in the trials
space-note =
    From { $trials } measured { PLURAL($trials) ->
        [one] trial
       *[other] trials
    }, by { $metric } on validation; hyperparameters vary together, so a rank correlation is a lead, not a cause.
range-uniform =
    from { SIGNIFICANT($low, digits: 3) } to { SIGNIFICANT($high, digits: 3) }, every value as likely
range-loguniform =
    from { SIGNIFICANT($low, digits: 3) } to { SIGNIFICANT($high, digits: 3) }, every order of magnitude
    as likely
range-integer = whole numbers from { SIGNIFICANT($low, digits: 3) } to { SIGNIFICANT($high, digits: 3) }
number = { SIGNIFICANT($value, digits: 3) }
range-choice = one of { LIST($values, separator: " | ") }
why-unknown = Set in `tuning.space`.
why-learning-rate =
    Peak step of the backbone's last stage: below the range a short training hardly moves, above it
    training becomes unstable. Pretrained weights bear smaller steps than random ones.
why-head-learning-rate =
    Peak step of the layers on top, which always start from random weights and so bear larger steps than
    the backbone.
why-stage-decay =
    How much slower each stage below learns; 1 is none. Early stages of pretrained weights hold edges and
    textures that fit any image, so they need less change; from random weights all have to learn.
why-weight-decay =
    Pull of the weights towards 0 (AdamW), against learning films by heart; usual are 0.01 to 0.1.
why-dropout =
    Share of features left out at random in training; more than half leaves a head of two classes too
    little.
why-head-sizes =
    Hidden linear layers on top. None is the simplest; each adds weights that few patients can hardly
    teach.
why-ema-decay =
    Memory of the moving average of the weights: 0 is none, and a decay d remembers about 1 / (1 - d)
    steps, which should be fewer than a training has.
why-label-smoothing =
    How far labels are moved towards one half, against answers that are too sure; beyond 0.1 the classes
    blur.
why-epochs-frozen =
    Epochs in which only the layers on top are trained, so that they do not spoil the backbone while
    they are random; few, as trainings are short.
why-rotation = Augmentation by rotation, up to what a badly placed patient may show.
why-gain =
    Augmentation of the grey levels: machines differ in how bright and how contrasted their films are.
effect-few-trials = { PLURAL($trials) ->
        [one] one trial tells
       *[other] { $trials } trials tell
} nothing of it
effect-no-variation = nothing to tell: all values or all results alike
effect-higher-better =
    more went with better trials (rank correlation { NUM($correlation, digits: 2, sign: "+") })
effect-lower-better =
    less went with better trials (rank correlation { NUM($correlation, digits: 2, sign: "+") })
effect-best-choice = best median: { $value }
trials-table = The best trials, on validation
trials-trial = trial
trials-best = best { $metric }
trials-epochs = epochs
trials-seconds = seconds
trials-finalist = finalist
trials-note =
    Trials shown, the best first: { $shown } of { $all }. Trials without a measured epoch, so not here:
    { $unmeasured }.
finalists-table = Finalists, trained in full, on validation
finalists-setting = setting
finalists-trainings = trainings
finalists-mean = mean { $metric }
finalists-deviation = standard deviation
finalists-taken = taken
finalists-baseline = the first model's own setting
finalists-trial = trial { $trial }
finalists-failed = { $done }, { $failed } failed
finalists-note =
    { PLURAL($seeds) ->
        [one] Each setting was trained once, with one seed: a deviation can't be told, and a small
            difference may be luck.
       *[other] Each setting was trained with { $seeds } seeds, the same for all.
    }
soup-table = Greedy soup: the finalists' trainings in the order in which they were tried, on validation
soup-seed = seed
soup-alone = { $metric } alone
soup-together = { $metric } of the soup with it
soup-kept = kept
soup-layers = no: other layers
soup-note =
    Each training is averaged into the weights of those kept before it, and stays where the average
    does not get worse by it.
soup-off = Weights were not averaged (`tuning.soup` is false): the tuned model is one training.
soup-average =
    The tuned model is a greedy soup: the average of the weights of { $models } trainings, kept of
    { $tried } that were tried. Its { $metric } on validation (of the average, which is none
    of the trainings in the tables) is { NUM($score, digits: 4) }; that of
    the best training alone ({ $name }, seed { $seed }) is { NUM($alone, digits: 4) }. Settings and
    training curves of the tuned model are those of this training, with which the soup starts.
soup-single =
    Averaging weights (greedy soup) did not help: of { $tried } trainings, the best one and those
    tried with it, none of the others kept the { $metric } on validation of the best one
    ({ NUM($alone, digits: 4) }) when averaged with it, so the tuned model is
    that training alone ({ $name }, seed { $seed }).
soup-nothing-to-average =
    There was only one training to take ({ $name }, seed { $seed }; { $metric } on validation:
    { NUM($alone, digits: 4) }), so no weights were averaged.
soup-other-layers =
    Trainings with other layers, which can't be averaged with it: { $left }.
comparison-table = First and tuned model on test
comparison-difference = difference
comparison-note =
    { n-test-images } of { n-patients }, the same for both; 95 % intervals with patients as the units.
tuning-search =
    { PLURAL($trials) ->
        [one] One trial
       *[other] { $trials } trials
    } took { NUM($minutes, digits: 1) } minutes for { PLURAL($epochs) ->
        [one] one epoch.
       *[other] { $epochs } epochs altogether.
    } By the rule, the { $metric } on validation, this was taken: { $chosen }.
tuning-chance =
    No trial was better than chance: the trials were too short, or there is too little data, for the
    search to tell settings apart.
tuning-better =
    The tuned model is better than the first one on the same { n-test-images }: accuracy
    { INTERVAL($points, digits: 1, sign: "+") } points (95 % interval; exact McNemar
    p = { SIGNIFICANT($p, digits: 2) }).
tuning-not-told-apart =
    The tuned model and the first one are not told apart on the same { n-test-images }: accuracy
    { INTERVAL($points, digits: 1, sign: "+") } points (95 % interval; exact McNemar
    p = { SIGNIFICANT($p, digits: 2) }).
tuning-worse =
    The tuned model is worse than the first one on the same { n-test-images }: accuracy
    { INTERVAL($points, digits: 1, sign: "+") } points (95 % interval; exact McNemar
    p = { SIGNIFICANT($p, digits: 2) }).
tuning-same-model =
    The tuned model is the first model itself, weight for weight: the search brought no other one.
tuning-none-compared-better =
    The first model's own setting was kept, as none of the others that could be compared was better on
    validation.
tuning-none-better =
    The search found no setting that is better on validation, so the first model's own was kept.
tuning-failures =
    Only { $whole } of { $all } finalists { PLURAL($whole) ->
        [one] was
       *[other] were
    } compared: a training failed twice with the setting of { LIST($settings, separator: "; ") }.
tuning-failure = { $name } (seed { LIST($seeds, separator: ", ") }: { $problem })
tuning-accuracy-rose =
    The measured accuracy rose from { NUM($before, digits: 3) } to { NUM($after, digits: 3) }.
tuning-accuracy-higher =
    The measured accuracy is { NUM($after, digits: 3) } and was { NUM($before, digits: 3) }: higher, by no
    more than chance explains.
tuning-accuracy-stayed =
    The measured accuracy stayed at { NUM($after, digits: 3) }: tuning brought no higher accuracy
    here.
tuning-accuracy-lower =
    The measured accuracy is { NUM($after, digits: 3) } and was { NUM($before, digits: 3) }: lower, by no
    more than chance explains.
tuning-accuracy-fell =
    The measured accuracy fell from { NUM($before, digits: 3) } to { NUM($after, digits: 3) }: the
    choice was made on validation, and test did not follow it.
pooled-table = Both settings on several splits by patient: tuned minus first, on test
pooled-split = split
pooled-images = test images
pooled-own = { $split } (of this study)
pooled-all = pooled
pooled-note =
    Both settings were trained again on each split, for { $epochs } epochs at most at { $side } px,
    shorter and smaller than the models of this study. No patient is tested in two splits; 95 %
    intervals with patients as the units. Pooled accuracy and F1 are over all test images, the pooled
    AUC is the mean of the splits.
pooled-better =
    Over { $splits } splits ({ n-test-images } of { n-patients }) the tuned setting is better than the
    first one: accuracy { INTERVAL($points, digits: 1, sign: "+") } points (95 % interval).
pooled-not-told-apart =
    Over { $splits } splits ({ n-test-images } of { n-patients }) the tuned setting and the first one are
    not told apart: accuracy { INTERVAL($points, digits: 1, sign: "+") } points (95 % interval).
pooled-worse =
    Over { $splits } splits ({ n-test-images } of { n-patients }) the tuned setting is worse than the
    first one: accuracy { INTERVAL($points, digits: 1, sign: "+") } points (95 % interval).
pooled-seen =
    { PERCENT($share, digits: 0) } of these test images may have helped to choose the setting: they
    were in the training or validation part of this study's split, in which the search was made. Only
    this study's own split is free of that, so the pooled difference may favour the tuned setting.
pooled-same = Both settings are the same, so there is no difference to find.

## Quantization

size-table = Size and speed before and after
size-measure = measure
size-of-what = of what
column-float = float
column-int8 = int8
size-times-less = times less
size-note = One image, one thread.
size-file = file on disk, MB
size-mean = mean time, ms
size-median = median time, ms
size-of-file = { $backend }: whole file, { $width } × { $height } px
size-of-network = { $backend }: network alone, { $width } × { $height } px
class-table = Accuracy of each class before and after
class-right = right of { $class_name }
class-images = images
class-lost = lost / gained
quantization-size =
    The int8 file has { NUM($after, digits: 2) } MB instead of { NUM($before, digits: 2) } MB:
    { PERCENT($ratio, digits: 1) } of the float file.
quantization-faster =
    One image of { $width } × { $height } px takes { NUM($median, digits: 2) } ms in int8 on one thread. Float
    takes { INTERVAL($file, digits: 2) } times as long for the whole file in the same runtime (int8
    is faster), { INTERVAL($network, digits: 2) } times for the network alone, and PyTorch eager
    { INTERVAL($eager, digits: 2) } times (medians, 95 % intervals).
quantization-slower =
    One image of { $width } × { $height } px takes { NUM($median, digits: 2) } ms in int8 on one thread. Float
    takes { INTERVAL($file, digits: 2) } times as long for the whole file in the same runtime (int8
    is slower), { INTERVAL($network, digits: 2) } times for the network alone, and PyTorch eager
    { INTERVAL($eager, digits: 2) } times (medians, 95 % intervals).
quantization-as-fast =
    One image of { $width } × { $height } px takes { NUM($median, digits: 2) } ms in int8 on one thread. Float
    takes { INTERVAL($file, digits: 2) } times as long for the whole file in the same runtime (no
    difference that these runs show), { INTERVAL($network, digits: 2) } times for the network alone,
    and PyTorch eager { INTERVAL($eager, digits: 2) } times (medians, 95 % intervals).
quantization-threads-no-faster =
    { $threads } threads are hardly faster than one or slower, for so many images at once in int8:
    { LIST($batches, separator: ", ") }. The task may be too small to share, or other work kept a core
    busy.
quantization-threads-at =
    { $batch } ({ NUM($together, digits: 2) } against { NUM($alone, digits: 2) } ms)
quantization-machine =
    Measured on { $processor } (cores used: { $cores }, onnxruntime { $version }), which has
    instructions for dot products of bytes: { LIST($instructions, separator: ", ") }.
quantization-machine-without-int8 =
    Measured on { $processor } (cores used: { $cores }, onnxruntime { $version }), which has no
    instruction for dot products of bytes (VNNI, AMX or ARM's): a CPU that has one gains more from
    int8.
quantization-quality =
    Right decisions on test, float to int8: { LIST($classes, separator: "; ") }. AUC
    { NUM($before, digits: 4) } to { NUM($after, digits: 4) }.
quantization-class =
    { $class_name } { PERCENT($before, digits: 1) } to { PERCENT($after, digits: 1) } of { n-images }
    ({ $lost } lost, { $gained } gained)
quantization-agreement =
    Both models decide alike on { PERCENT($share, digits: 1) } of { n-test-images } (95 %:
    { PERCENT($low, digits: 1) } to { PERCENT($high, digits: 1) }). Only float is right: { $first }; only
    int8: { $second }; exact McNemar p = { SIGNIFICANT($p, digits: 2) }: no sign that one errs more
    often. Probabilities differ by { NUM($mean, digits: 4) } on average and { NUM($largest, digits: 3) }
    at most.
quantization-disagreement =
    Both models decide alike on { PERCENT($share, digits: 1) } of { n-test-images } (95 %:
    { PERCENT($low, digits: 1) } to { PERCENT($high, digits: 1) }). Only float is right: { $first }; only
    int8: { $second }; exact McNemar p = { SIGNIFICANT($p, digits: 2) }: they do not err equally often.
    Probabilities differ by { NUM($mean, digits: 4) } on average and { NUM($largest, digits: 3) } at most.
quantization-same-decisions =
    Of { n-test-images }, there is none on which the models decide differently. Probabilities differ by
    { NUM($mean, digits: 4) } on average and { NUM($largest, digits: 3) } at most.
quantization-export =
    Of validation and test, the float file and PyTorch were compared on { $stored } { PLURAL($stored) ->
        [one] image
       *[other] images
    }: they differ by at most { NUM($probability, digits: 6) } in probability
    ({ NUM($log_odds, digits: 6) } in log-odds), { PERCENT($distance, digits: 4) } of the distance from the
    training images (of its limit, where that is larger) and { $levels } in the grey levels that the
    network sees; at their original size ({ $original }), from which the file resizes by itself, by at
    most { NUM($original_probability, digits: 6) } ({ NUM($original_log_odds, digits: 6) }),
    { PERCENT($original_distance, digits: 3) } and { $original_levels }.
quantization-export-without-originals =
    Of validation and test, the float file and PyTorch were compared on { $stored } { PLURAL($stored) ->
        [one] image
       *[other] images
    }: they differ by at most { NUM($probability, digits: 6) } in probability
    ({ NUM($log_odds, digits: 6) } in log-odds), { PERCENT($distance, digits: 4) } of the distance from the
    training images (of its limit, where that is larger) and { $levels } in the grey levels that the
    network sees; original sizes were left out.
quantization-choice =
    On validation, the method `{ $method }` was taken (trials: { $trials }). No layer had to stay in float.
    Operators that really run in int8: { $int8 }; convolutions and matrix products in float: { $float }.
quantization-choice-with-float =
    On validation, the method `{ $method }` was taken (trials: { $trials }). These layers stay in float:
    { LIST($layers, separator: ", ") }. Operators that really run in int8: { $int8 }; convolutions and
    matrix products in float: { $float }.
quantization-pytorch-left-out = PyTorch's own int8 (PT2E) has no row: `{ $detail }` is 0.
quantization-pytorch-other-processor =
    PyTorch's own int8 (PT2E) has no row: torchao's Inductor quantizer is for x86, and this machine
    is { $detail }.
quantization-pytorch-no-compiler =
    PyTorch's own int8 (PT2E) has no row: torch.compile needs a C++ compiler, and { $detail } is not
    here.
quantization-pytorch-failed = PyTorch's own int8 (PT2E) has no row: { $detail }.
quantization-pytorch =
    PyTorch's own int8 (PT2E, compiled) takes { NUM($median, digits: 2) } ms for the network alone;
    its own compiled float takes { INTERVAL($ratio, digits: 2) } times as long. Its accuracy on test
    is { PERCENT($accuracy, digits: 1) }.

## Errors

errors-table = Error types, the most important first
errors-type = error type
errors-explanation = explanation
errors-count = errors
errors-percent = % of all errors
errors-risk-ratio = risk ratio (95 %)
errors-importance = importance
errors-evidence = evidence
errors-note =
    An image can be of several types, so the percentages do not add up. A type whose images are all of
    one class is compared with the others of this class. Importance is the cost that would go away in
    100 images, in false alarms, if the type did as well as the rest; an error costs more the surer the
    model was. Evidence is clear where chance does not explain it, all types taken together; suggestive
    where it does not for this type alone; anecdotal where errors or patients are too few
    (docs/error-analysis.md). { $shown } of { $all } types; the file
    `error_table` has them all.
evidence-by-definition = by definition
evidence-reading = a person's reading
evidence-nothing-to-compare = nothing to compare with
evidence-anecdotal = anecdotal
evidence-clear = clear
evidence-clear-not-independent = clear, not independent
evidence-suggestive = suggestive
evidence-fewer-errors = fewer errors
evidence-not-shown = not shown
errors-none = No test image of { $images } is misclassified: there is nothing to explain.
errors-counted =
    { $errors } of { n-test-images } ({ PERCENT($share, digits: 1) }) { PLURAL($errors) ->
        [one] is
       *[other] are
    } misclassified (missed pneumonias: { $missed }, false alarms: { $alarms }).
errors-none-clear =
    No type that is told independently of the model, with errors of { PLURAL($fewest) ->
        [one] { $fewest } patient
       *[other] { $fewest } patients
    } or more, goes wrong more often than chance explains, all types taken together (Holm,
    { SIGNIFICANT($significance, digits: 6) }): the sizes below are leads to follow, not causes.
errors-clear =
    More errors than chance explains, all types taken together, go with:
    { LIST($types, separator: ", ") }. That they go together doesn't yet make it the cause.
errors-first =
    The most important type is `{ $type }` (errors: { $errors }, risk ratio with 95 % interval:
    { INTERVAL($ratio, digits: 1) }, evidence: { $evidence }): { NUM($recoverable, digits: 1) } errors
    would go away if it did as well as the rest.
errors-first-without-doubtful-labels =
    Leaving doubtful labels out, the most important type is `{ $type }` (errors: { $errors }, risk ratio
    with 95 % interval: { INTERVAL($ratio, digits: 1) }, evidence: { $evidence }):
    { NUM($recoverable, digits: 1) } errors would go away if it did as well as the rest.
errors-order-holds =
    That holds whether a missed pneumonia costs { SIGNIFICANT($low, digits: 6) } or
    { SIGNIFICANT($high, digits: 6) } false alarms.
errors-order-depends =
    Which type comes first depends on the cost of a missed pneumonia in false alarms:
    { LIST($firsts, separator: ", ") }.
errors-first-at = `{ $type }` at { SIGNIFICANT($cost, digits: 6) }
errors-causes =
    A person who looked at the images named these causes: { LIST($causes, separator: ", ") }.
errors-cause = { $cause } ({ $errors })
errors-few =
    { PLURAL($errors) ->
        [one] A single error is little: intervals are wide,
       *[other] { $errors } errors are few: intervals are wide,
    } and a type with fewer errors than { $fewest }, or errors of fewer patients, is an anecdote.
seen-missed =
    What one sees in the missed images of { $label } ({ $wrong }), beside those that were found
    ({ $right }), by medians: { LIST($differences, separator: "; ") }.
seen-missed-alike =
    The missed images of { $label } ({ $wrong }) look like those that were found ({ $right }):
    brightness, contrast, sharpness, noise, cut and tilt do not tell them apart.
seen-missed-few =
    Too few images of { $label } to compare those that were missed ({ $wrong }) with those that were
    found ({ $right }).
seen-alarms =
    What one sees in the false alarms of { $label } ({ $wrong }), beside those that were called right
    ({ $right }), by medians: { LIST($differences, separator: "; ") }.
seen-alarms-alike =
    The false alarms of { $label } ({ $wrong }) look like those that were called right ({ $right }):
    brightness, contrast, sharpness, noise, cut and tilt do not tell them apart.
seen-alarms-few =
    Too few images of { $label } to compare the false alarms ({ $wrong }) with those that were called
    right ({ $right }).
seen-darker =
    darker (bright grey { NUM($wrong, digits: 2) } against { NUM($right, digits: 2) } of white)
seen-brighter =
    brighter (bright grey { NUM($wrong, digits: 2) } against { NUM($right, digits: 2) } of white)
seen-paler = paler (contrast { NUM($wrong, digits: 2) } against { NUM($right, digits: 2) })
seen-more-contrast = richer in contrast ({ NUM($wrong, digits: 2) } against { NUM($right, digits: 2) })
seen-softer =
    with less fine detail (sharpness { NUM($wrong, digits: 2) } against { NUM($right, digits: 2) })
seen-sharper =
    with more fine detail (sharpness { NUM($wrong, digits: 2) } against { NUM($right, digits: 2) })
seen-smoother = less grainy (noise { NUM($wrong, digits: 4) } against { NUM($right, digits: 4) })
seen-grainier = grainier (noise { NUM($wrong, digits: 4) } against { NUM($right, digits: 4) })
seen-wider-cut =
    less closely cut (grey at the edges { NUM($wrong, digits: 2) } against { NUM($right, digits: 2) })
seen-closer-cut =
    more closely cut (grey at the edges { NUM($wrong, digits: 2) } against { NUM($right, digits: 2) })
seen-straighter = less tilted ({ NUM($wrong, digits: 1) }° against { NUM($right, digits: 1) }°)
seen-more-tilted = more tilted ({ NUM($wrong, digits: 1) }° against { NUM($right, digits: 1) }°)

## What an error type means

type-of-a-person = A person who looked at the image gave the cause: { $cause }.
type-folder = The published folder is { $name }.
type-subtype = The file's name says the subtype { $name }.
type-table-value = In the table, the column `{ $column }` is `{ $value }`.
type-table-below =
    The table has a number below { SIGNIFICANT($high, digits: 6) } in the column `{ $column }`.
type-table-between =
    The table has { SIGNIFICANT($low, digits: 6) } or more, and less than
    { SIGNIFICANT($high, digits: 6) }, in the column `{ $column }`.
type-table-from =
    The table has { SIGNIFICANT($low, digits: 6) } or more in the column `{ $column }`.
type-table-missing = The table has nothing in the column `{ $column }` for this image.
type-missed = Pneumonia that the model called healthy.
type-false-alarm = A healthy chest that the model called pneumonia.
type-near-threshold =
    The probability lies close to the decision threshold: the model was undecided.
type-confident = The model was sure, and wrong.
type-too-dark =
    The film is darker than usual; its bright parts stay below { NUM($limit, digits: 2) } of white, as
    the most extreme { NUM($percent, digits: 0) } % of the training films are.
type-too-bright =
    The film is brighter than usual; its bright parts are above { NUM($limit, digits: 2) } of white, as
    the most extreme { NUM($percent, digits: 0) } % of the training films are.
type-low-contrast =
    The film is pale: its greys span less than { NUM($limit, digits: 2) } of the scale, as the most
    extreme { NUM($percent, digits: 0) } % of the training films are.
type-blurred =
    The film has less fine detail than usual (sharpness below { NUM($limit, digits: 2) }), as the most
    extreme { NUM($percent, digits: 0) } % of the training films are.
type-noisy =
    The film is grainier than usual (noise above { NUM($limit, digits: 3) }), as the most extreme
    { NUM($percent, digits: 0) } % of the training films are.
type-tilted =
    The chest is tilted by more than { NUM($limit, digits: 0) } degrees, as the most extreme
    { NUM($percent, digits: 0) } % of the training films are.
type-cropped =
    The film is closely cut: the body goes on beyond its left and right edges (grey above
    { NUM($limit, digits: 2) } there), as the most extreme { NUM($percent, digits: 0) } % of the
    training films are.
type-tall-shape =
    The film is of an unusually tall shape (width over height below { NUM($limit, digits: 2) }), as the
    most extreme { NUM($percent, digits: 0) } % of the training films are.
type-wide-shape =
    The film is of an unusually wide shape (width over height above { NUM($limit, digits: 2) }), as the
    most extreme { NUM($percent, digits: 0) } % of the training films are.
type-black-borders = Black borders take more than { PERCENT($limit, digits: 0) } of the film.
type-burnt-in-marker = A letter, marker or text is burnt into an upper corner.
type-small-original =
    The original file is small (shorter side below { NUM($limit, digits: 0) } px), as the most extreme
    { NUM($percent, digits: 0) } % of the training films are.
type-low-jpeg-quality =
    The file was compressed strongly (JPEG quality below { NUM($limit, digits: 0) }), as the most
    extreme { NUM($percent, digits: 0) } % of the training films are.
type-other-colour-mode =
    The file's colour mode is not { $mode }, which most training files have.
type-many-images =
    The patient has more images than those of { NUM($usual, digits: 0) } % of the training images.
type-label-doubt =
    Most of the nearest training images, as this model sees them, have the other label: look at the
    label again. The model's own view is the source of both, so this is no independent evidence.
type-bacteria = The file's name says bacterial pneumonia.
type-virus = The file's name says viral pneumonia.
type-virus-at-low-contrast =
    Viral pneumonia, by the file's name, on a pale film (both of these rows).

## Heat maps

sentences = { LIST($sentences, separator: " ") }
method-integrated-gradients = Integrated Gradients (ours)
method-gradient = plain gradient
method-random = random map
subtype-bacteria = Bacterial pneumonia
subtype-virus = Viral pneumonia
subtype-unknown = All lesions
fidelity-table = Do the maps show what matters to the model?
fidelity-method = method
fidelity-deletion = area below the deletion curve (lower is better)
fidelity-insertion = area below the insertion curve (higher is better)
fidelity-note =
    { n-test-images }. The curves are the probability of the more probable class while pixels are taken
    away, or put back, in the smoothed map's order; an area is the mean height of its curve.
explained-table = The explained images
explained-image = image
explained-called = called
explained-label = label
explained-probability = probability
explained-log-odds = log-odds
explained-baseline = of the baseline image
explained-steps = steps
explained-delta = delta
explained-not-converged = { NUM($delta, digits: 4, sign: "+") } (not converged)
explanation-black = The baseline image is black.
explanation-blurred = The baseline image is the film itself, blurred.
explanation-mean = The baseline image is the mean of the training images.
explanation-several =
    Each map is the mean over three baseline images: black, the film blurred, and the mean of the training
    images.
explanation-sample = The tests below are about { n-test-images } drawn at random.
outcome-wrong = wrong
outcome-right = right
explanation-all-complete =
    All heat maps of the tested images add up to the difference in log-odds within { PERCENT($tolerance, digits: 0) } (median
    number of steps: { NUM($steps, digits: 0) }).
explanation-some-complete =
    { PERCENT($converged, digits: 0) } of the heat maps of the tested images add up to the difference in log-odds within
    { PERCENT($tolerance, digits: 0) } (median number of steps: { NUM($steps, digits: 0) }); the others
    are marked.
explanation-none-complete =
    No heat map of the tested images adds up to the difference in log-odds within { PERCENT($tolerance, digits: 0) } (median
    number of steps: { NUM($steps, digits: 0) }), so none is a faithful share of the answer.
explanation-baseline =
    The baseline itself has log-odds of { NUM($log_odds, digits: 1) }, on the same side as
    { PERCENT($same_side, digits: 0) } of the images: of those a map shows little of what speaks for
    their class, since the baseline has it already.
explanation-baseline-apart =
    The baseline itself has log-odds of { NUM($log_odds, digits: 1) }, on the other side than every
    image.
explanation-deletion-tells =
    While pixels are deleted in the smoothed maps' order, the area below the curve of the more probable
    class's probability is { NUM($ours, digits: 2) }, and { NUM($random, digits: 2) } in a random order as
    smooth (difference { INTERVAL($difference, digits: 2) }, 95 % interval). It is lower, so the order
    tells which regions matter. Grad-CAM: { NUM($grad_cam, digits: 2) }, plain gradients:
    { NUM($gradient, digits: 2) }.
explanation-deletion-not-shown =
    While pixels are deleted in the smoothed maps' order, the area below the curve of the more probable
    class's probability is { NUM($ours, digits: 2) }, and { NUM($random, digits: 2) } in a random order as
    smooth (difference { INTERVAL($difference, digits: 2) }, 95 % interval). That the order tells which
    regions matter is not shown. Grad-CAM: { NUM($grad_cam, digits: 2) }, plain gradients:
    { NUM($gradient, digits: 2) }.
explanation-insertion-agrees =
    When they are put back in that order, it is { NUM($ours, digits: 2) } against
    { NUM($random, digits: 2) } (difference { INTERVAL($difference, digits: 2) }): higher, which says the
    same.
explanation-insertion-not-shown =
    When they are put back in that order, it is { NUM($ours, digits: 2) } against
    { NUM($random, digits: 2) } (difference { INTERVAL($difference, digits: 2) }): no gain is shown.
explanation-insertion-disagrees =
    When they are put back in that order, it is { NUM($ours, digits: 2) } against
    { NUM($random, digits: 2) } (difference { INTERVAL($difference, digits: 2) }): lower, which says the
    order is worse than a random one.
explanation-randomization =
    With all weights scrambled, maps agree with the true ones by a rank correlation of
    { NUM($signed, digits: 2) } with their signs and { NUM($absolute, digits: 2) } without: the nearer to
    0, the more they show of what was learnt.
explanation-randomization-contrast =
    With all weights scrambled, maps agree with the true ones by a rank correlation of
    { NUM($signed, digits: 2) } with their signs and { NUM($absolute, digits: 2) } without: what is left
    without signs is the image's own contrast, not what was learnt.
explanation-stability =
    Noise of a few grey levels leaves a rank correlation of { NUM($noise, digits: 2) }, a shift of one
    pixel { NUM($shift, digits: 2) }; maps of different images have { NUM($other_image, digits: 2) }.
explanation-location =
    Of the maps' mass { PERCENT($centre, digits: 0) } lies in the centre (area
    { PERCENT($centre_area, digits: 0) }), { PERCENT($border, digits: 0) } on the border
    ({ PERCENT($border_area, digits: 0) }), { PERCENT($corners, digits: 0) } in the corners
    ({ PERCENT($corners_area, digits: 0) }), { PERCENT($left, digits: 0) } in the left half of the image
    and { PERCENT($right, digits: 0) } in the right.
explanation-outcomes =
    Wrong against right answers of the tested images ({ $wrong } and { $right }): centre { PERCENT($wrong_centre, digits: 0) } and
    { PERCENT($right_centre, digits: 0) }, border { PERCENT($wrong_border, digits: 0) } and
    { PERCENT($right_border, digits: 0) }, corners { PERCENT($wrong_corners, digits: 0) } and
    { PERCENT($right_corners, digits: 0) }.
explanation-no-wrong =
    None of the tested images was called wrong, so there is no comparison with right answers.
explanation-no-right =
    None of the tested images was called right, so there is no comparison with wrong answers.
explanation-corners-drive =
    A marker or letter in a corner drives the decision: corners hold { NUM($mass, digits: 2) } times the
    mass of any equal patch elsewhere, and covering them changes the log-odds
    { NUM($covered, digits: 2) } times as much.
explanation-corners-do-not-drive =
    Nothing in the corners drives the decision: against equal patches elsewhere they hold
    { NUM($mass, digits: 2) } times the largest mass, and covering them changes the log-odds
    { NUM($covered, digits: 2) } times as much.
explanation-lesions =
    { $subtype }: the highest value of the map lies in the lesion in { $hits } of { n-images } with a
    small lesion (chance { PERCENT($chance, digits: 0) }), and
    { PERCENT($mass, digits: 0) } of the positive mass does (chance
    { PERCENT($mass_chance, digits: 0) }).
explanation-large-lesions =
    { $subtype }: { PERCENT($mass, digits: 0) } of the positive mass lies in the lesion (chance
    { PERCENT($mass_chance, digits: 0) }). None of these lesions is small enough for the highest value to
    tell much.
explanation-no-lesions =
    Where the lesions are is not known, so the maps can't be held against them.
map-called-right = { $label }, called right
map-called-wrong = { $label }, called wrong
map-asked-for = { $label }, asked for
quadrant-upper-left = upper left quarter
quadrant-upper-right = upper right quarter
quadrant-lower-left = lower left quarter
quadrant-lower-right = lower right quarter
side-left = left half of the image (the patient's right lung)
side-right = right half of the image (the patient's left lung)
map-evidence =
    `{ $image }` ({ $called }): of what speaks for { $positive }, { PERCENT($side_share, digits: 0) }
    lies in the { $side }, and the { $quadrant }
    has the largest share ({ PERCENT($share, digits: 0) }; an even spread would have a quarter).
map-no-evidence = `{ $image }` ({ $called }): nothing in the map speaks for { $positive }.
map-points-at-lesion =
    The highest value lies in the lesion, which holds { PERCENT($mass, digits: 0) } of this evidence on
    { PERCENT($area, digits: 0) } of the image.
map-points-elsewhere =
    The highest value lies outside of the lesion, which holds { PERCENT($mass, digits: 0) } of this
    evidence on { PERCENT($area, digits: 0) } of the image.

## Elsewhere: another hospital's films

elsewhere-none =
    No model was measured on another hospital's films. This does it: `{ $command }`.
elsewhere-heading = Elsewhere: { $name }
elsewhere-table = Inside and elsewhere
elsewhere-inside = inside (test part)
elsewhere-outside = elsewhere ({ $name })
elsewhere-note =
    Inside: { $inside } { PLURAL($inside) ->
        [one] image
       *[other] images
    } of { $inside_patients } { PLURAL($inside_patients) ->
        [one] patient
       *[other] patients
    }, split by `{ $method }`. Elsewhere: { $images } { PLURAL($images) ->
        [one] film
       *[other] films
    } of { n-patients }, on which nothing was trained or chosen. Decisions at the model's threshold
    { NUM($threshold, digits: 3) }; 95 % intervals with patients as the units.
outside-baselines-table = The model beside what files, texture and a coarse view tell of these films
outside-baselines-model = the model
outside-baselines-balanced = the model, balanced
outside-baselines-note =
    The baselines are trained on these films, by cross-validation; the model has never seen any of
    them. Balanced: films are weighted until both classes are alike in texture and view.
subgroups-table = Subgroups
subgroups-column = column
subgroups-value = value
subgroups-films = films
subgroups-patients = patients
subgroups-positives = with pneumonia
subgroups-p = p (Holm)
subgroups-note =
    p compares the AUC of a subgroup with that of the other films that have a value in this column,
    corrected for all tests (Holm).
lesions-table = Do the heat maps find real lesions?
lesions-pointing = highest value in a lesion
lesions-mass = positive mass in lesions
lesions-chance = chance
lesions-note =
    { $images } { PLURAL($images) ->
        [one] film whose lesions
       *[other] films whose lesions
    } a person has outlined; 95 % intervals.
external-folder =
    `{ $name }`: { $readable } readable { PLURAL($readable) ->
        [one] film
       *[other] films
    } of { n-patients }: { LIST($counts, separator: ", ") }.
external-unreadable =
    { PLURAL($files) ->
        [one] { $files } file could not be read and is
       *[other] { $files } files could not be read and are
    } left out.
external-copies =
    { PLURAL($films) ->
        [one] { $films } film is (nearly) the same as a training film and is
       *[other] { $films } films are (nearly) the same as training films and are
    } left out: { LIST($examples, separator: ", ") }.
external-told-without-disease =
    On these films the class can be told by little: { $baseline } alone reaches an AUC of
    { INTERVAL($auc, digits: 3) }. A model that looks at the same thing seems to do well here, and one
    that looks at it the other way round seems to do badly.
external-not-told-without-disease =
    That the class of these films can be told by little is not shown: the strongest,
    { $baseline }, reaches an AUC of { INTERVAL($auc, digits: 3) }.
external-baselines-unknown =
    What files, texture or a thumbnail alone tell of these films could not be measured: they are too few.
external-unlike =
    Many films are beyond the range of the training films: { LIST($measures, separator: ", ") }.
external-measure = `{ $measure }` { PERCENT($share, digits: 0) }
external-measured =
    On { $images } { PLURAL($images) ->
        [one] film
       *[other] films
    } of { n-patients } of `{ $name }` accuracy is { INTERVAL($accuracy, digits: 3) } and AUC
    { INTERVAL($auc, digits: 3) }; in the test part of its own folder it was
    { INTERVAL($inside_accuracy, digits: 3) } and { INTERVAL($inside_auc, digits: 3) }.
external-lower-than-inside = What was measured inside does not hold here: the AUC is clearly lower.
external-like-inside =
    The intervals of both AUC overlap: that the model does worse here than inside is not shown.
external-higher-than-inside = The AUC is even higher here than inside.
external-inside-unknown = One of both AUC has no interval, so they can't be compared.
external-above-chance =
    The model ranks these films better than chance: its AUC is above 0.5 with the whole interval.
external-like-chance =
    The model can't be told from chance here: the interval of its AUC holds 0.5, as guessing would give.
external-below-chance =
    The model does worse than chance here: its AUC is below 0.5 with the whole interval, so it more
    often gives the healthy film the higher probability.
external-chance-unknown = Whether the model does better than chance here could not be measured.
external-above-baseline =
    It is clearly above the strongest of files, texture and a coarse view: { $baseline }, with an
    accuracy of { INTERVAL($accuracy, digits: 3) } and an AUC of { INTERVAL($auc, digits: 3) } on these
    films.
external-like-baseline =
    It is not clearly above the strongest of files, texture and a coarse view: { $baseline }, with an
    accuracy of { INTERVAL($accuracy, digits: 3) } and an AUC of { INTERVAL($auc, digits: 3) } on these
    films. That it sees the disease is not shown.
external-below-baseline =
    It is below what little tells: { $baseline } alone reaches an accuracy of
    { INTERVAL($accuracy, digits: 3) } and an AUC of { INTERVAL($auc, digits: 3) } on these films. That the
    model sees the disease is not shown.
external-baseline-unknown =
    What files, texture or a thumbnail alone tell of these films could not be measured, so there is
    nothing to hold the model against.
external-copies-left-out =
    { PLURAL($films) ->
        [one] { $films } film that is (nearly) the same as a training film was
       *[other] { $films } films that are (nearly) the same as training films were
    } left out.
external-few-patients =
    Few patients: { LIST($classes, separator: ", ") }. Every number here that rests on them is uncertain.
external-over-texture = texture
external-over-view = view
external-balanced-above-chance =
    Weighted until both classes are alike in { LIST($over, separator: " and ") }, the AUC is
    { INTERVAL($auc, digits: 3) } (effective number of films: { $images }): above chance also without that
    shortcut.
external-balanced-like-chance =
    Weighted until both classes are alike in { LIST($over, separator: " and ") }, the AUC is
    { INTERVAL($auc, digits: 3) } (effective number of films: { $images }): without that shortcut no skill
    is shown, and no lack of it either.
external-balanced-below-chance =
    Weighted until both classes are alike in { LIST($over, separator: " and ") }, the AUC is
    { INTERVAL($auc, digits: 3) } (effective number of films: { $images }): below chance also without that
    shortcut.
external-balanced-unknown =
    An AUC with both classes alike in texture and view could not be measured: the classes overlap too
    little in them, or the films are too few.
external-calibration =
    Calibration: intercept { INTERVAL($intercept, digits: 2) } (0 is right), slope
    { INTERVAL($slope, digits: 2) } (1 is right).
external-calibration-unknown = Calibration could not be measured.
external-too-high = The probabilities are too high on average here.
external-too-low = The probabilities are too low on average here.
external-too-extreme = They are too extreme: too near to 0 and to 1.
external-slope-not-positive =
    A higher probability does not go with more pneumonia, so no shift and no temperature can
    correct them.
external-local-threshold =
    A threshold of { NUM($threshold, digits: 3) }, chosen on these very films for a sensitivity of
    { PERCENT($sensitivity, digits: 0) }, would reach a sensitivity of { INTERVAL($reached, digits: 3) } and
    a specificity of { INTERVAL($specificity, digits: 3) }; on new films of this place it is likely to be
    somewhat worse.
external-local-threshold-unknown =
    A threshold of this place could not be chosen: no film with pneumonia, or none without.
external-warned =
    The share of films with a warning is { INTERVAL($share, digits: 3) }. With a warning the error rate is
    { INTERVAL($warned, digits: 3) }, without one { INTERVAL($others, digits: 3) }. Of the films without a
    warning the model calls { INTERVAL($called, digits: 3) } pneumonia, where
    { NUM($positives, digits: 3) } have it (AUC { INTERVAL($auc, digits: 3) }).
external-warning-worth = A warning is worth something: the model errs more often where there is one.
external-warning-not-shown =
    That the model errs more often where there is a warning is not shown: the lack of a warning is no
    reason to trust it.
external-warning-misleads =
    The model errs less often where there is a warning: here warnings mislead.
external-warned-all-or-none =
    The share of films with a warning is { INTERVAL($share, digits: 3) }, so what a warning is worth can't
    be measured.
external-no-subgroups = There are no subgroups: no table, or none of its columns could be used.
external-subgroups-not-tested = No subgroup has enough patients of both classes to be compared.
external-subgroups-alike =
    { PLURAL($tested) ->
        [one] The only subgroup that could be compared has no AUC
       *[other] Of { $tested } subgroups none has an AUC
    } that differs from the rest by more than chance (Holm): few patients hide differences.
external-subgroups-differ =
    { PLURAL($tested) ->
        [one] The only subgroup that could be compared differs
       *[other] Of { $tested } subgroups these differ
    } in AUC from the rest by more than chance (Holm): { LIST($groups, separator: "; ") }.
external-subgroup =
    `{ $column }` { $value } with { INTERVAL($auc, digits: 3) }, p = { SIGNIFICANT($p, digits: 2) }
external-columns-left-out = Columns that make no subgroups: { LIST($columns, separator: ", ") }.
external-column-values = `{ $column }` (too many values)
external-column-one-value = `{ $column }` (one value only)
external-column-few-patients = `{ $column }` (too few patients)
external-lesions-found =
    { $method } (films: { $images }): the share of films whose highest value lies in a lesion is
    { INTERVAL($pointing, digits: 2) } (chance { INTERVAL($pointing_chance, digits: 2) }), and that of the
    positive mass is { INTERVAL($mass, digits: 2) } (chance { INTERVAL($mass_chance, digits: 2) }). The
    highest value lies there more often than by chance.
external-lesions-not-shown =
    { $method } (films: { $images }): the share of films whose highest value lies in a lesion is
    { INTERVAL($pointing, digits: 2) } (chance { INTERVAL($pointing_chance, digits: 2) }), and that of the
    positive mass is { INTERVAL($mass, digits: 2) } (chance { INTERVAL($mass_chance, digits: 2) }). That
    the maps find lesions is not shown.
external-lesions-below-chance =
    { $method } (films: { $images }): the share of films whose highest value lies in a lesion is
    { INTERVAL($pointing, digits: 2) } (chance { INTERVAL($pointing_chance, digits: 2) }), and that of the
    positive mass is { INTERVAL($mass, digits: 2) } (chance { INTERVAL($mass_chance, digits: 2) }). The
    highest value lies there less often than by chance.
external-no-lesions = No outlines of lesions were given, so heat maps were not held against any.

## Adapting a model to another hospital

recalibration-heading = Adapted to this hospital
recalibration-table = As it is, and fitted to this hospital
recalibration-before = as it is
recalibration-after = fitted to other patients here
recalibration-note =
    { n-films } of { n-patients }. Each film is measured by a fit that saw no film of its patient. The
    network stays as it is, and so does its AUC; 95 % intervals with patients as the units.
recalibration-fit =
    Fitted to all films here ({ n-films } of { n-patients } of `{ $name }`): a shift of
    { NUM($shift, digits: 2) } and a temperature of { NUM($temperature, digits: 2) } for the log-odds,
    and a threshold of { NUM($threshold, digits: 3) }.
recalibration-refused =
    A higher probability does not go with more pneumonia here (calibration slope
    { INTERVAL($slope, digits: 2) }, AUC { INTERVAL($auc, digits: 3) }): the fit is refused, and no file is
    written.
recalibration-doubtful =
    Warning: this model can't be told from chance here (AUC { INTERVAL($auc, digits: 3) }, calibration
    slope { INTERVAL($slope, digits: 2) }). A fit makes its probabilities less wrong, mostly by moving
    all of them towards the share of pneumonia; it can't make it tell films apart.
recalibration-no-curve =
    How many films are needed could not be measured: there are too few to fit to some and to measure
    on others.
recalibration-never-enough =
    Not even { n-films } { PLURAL($films) ->
        [one] is
       *[other] are
    } enough: in more than 1 of 10 draws the fit is no better on all other films than the model as it is,
    or than one probability for every film.
recalibration-enough =
    { n-films } { PLURAL($films) ->
        [one] is
       *[other] are
    } enough: with so many and with more, the fit is better on all other films in at least 9 of 10 draws,
    both than the model as it is and than one probability for every film.
prevalence-unknown = The prevalence could not be estimated: the validation part is of one class.
prevalence-estimate =
    Without labels, the prevalence here is estimated as { INTERVAL($estimate, digits: 3) }; the labels
    say { INTERVAL($labelled, digits: 3) }, and inside it is { NUM($inside, digits: 3) }.
prevalence-unsafe-scores =
    Don't correct for the prevalence: the scores are no mixture of those of the validation films with
    and without pneumonia (distance { NUM($distance, digits: 2) }, p = { SIGNIFICANT($p, digits: 2) }),
    so more than the prevalence has changed.
prevalence-unsafe-warned =
    Don't trust the estimate: the share of films unlike the training films is
    { INTERVAL($share, digits: 3) }, and on such films the scores were never tested.
prevalence-not-unsafe =
    Nothing shows that more than the prevalence has changed (p = { SIGNIFICANT($p, digits: 2) }), which
    is no proof that nothing has.
prevalence-corrected =
    Corrected for the estimate, the Brier score is { NUM($after, digits: 3) } instead of
    { NUM($before, digits: 3) }.
prevalence-stated =
    Corrected for the stated prevalence of { NUM($stated, digits: 3) }, it is { NUM($after, digits: 3) }.
three-way-table = Three-way decisions: how many films are decided, and how often right
three-way-films-of = films of
three-way-validation = inside (validation, where the thresholds were chosen)
three-way-outside = elsewhere
three-way-negative = called negative
three-way-person = read first by a person
three-way-positive = called positive
three-way-right = right, of the decided
three-way-note =
    The thresholds are chosen on validation, so that the lower bounds of the predictive values there
    are { PERCENT($npv, digits: 0) } (negative) and { PERCENT($ppv, digits: 0) } (positive). Predictive values
    hold for the prevalence they were measured at.
three-way-nothing =
    Three-way decisions: no threshold reaches a negative predictive value of
    { PERCENT($npv, digits: 0) } or a positive one of { PERCENT($ppv, digits: 0) } on validation with its
    whole interval, so a person reads every film.
three-way-negative-threshold =
    Three-way decisions: below { NUM($threshold, digits: 3) } a film is called negative.
three-way-no-negative = Three-way decisions: no film is surely enough negative.
three-way-positive-threshold =
    From { NUM($threshold, digits: 3) } on it is called positive; a person reads the others first.
three-way-no-positive = No film is surely enough positive; a person reads the others first.
three-way-told-inside =
    Inside (test part) the share decided is { INTERVAL($decided, digits: 3) }, and of these
    { INTERVAL($right, digits: 3) } are right.
three-way-none-inside = Inside (test part) no film is decided.
three-way-told-outside =
    Elsewhere the share decided is { INTERVAL($decided, digits: 3) }, and of these
    { INTERVAL($right, digits: 3) } are right.
three-way-none-outside = Elsewhere no film is decided.

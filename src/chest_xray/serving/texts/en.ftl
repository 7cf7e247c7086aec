# The service's page. Syntax, functions and rules: chest_xray/reporting/languages.py.

## What the loader itself asks for

digits = 0123456789
not-measured = not measured
list-comma = ,
interval = { $value } ({ $low } to { $high })

## The page

own-name = English
title = Pneumonia in chest radiographs
languages = Other languages
not-a-device =
    Research and teaching; this is not a medical device, and nothing here may decide about a
    patient.
no-script = This page needs JavaScript; the service itself does not.
token = This service asks for a token:
films = Films
choose = Choose films
kinds = or drop them here: JPEG, PNG, TIFF or DICOM
examples = Or try a drawn example:
example-healthy = healthy
example-lobar = dense lobe
example-interstitial = spread shadows
example-dark = too dark
working = Reading: { $done } of { $all }
done = Films read: { $all }
failed = The service did not take this film.
no-answer = The service does not answer.
answers = Answers
table = All films
film = Film
name = File
show = Show
save = Save as CSV
clear = Remove all
stays-here = Films go to this service only. It keeps none of them, and writes none to a disk.

## One film

film-alt = The film
probability = Probability
decision = Decision
warnings = Warnings
none = none
between = ,{ " " }
number = { NUM($value, digits: 3) }
whole = { NUM($value, digits: 0) }
called = Called { $name }
to-a-person = To be read by a person first
called-at-threshold = At the threshold alone it would be called { $name }.
probability-of = Probability of { $positive }: { NUM($value, digits: 3) }.
threshold-is = From { NUM($threshold, digits: 3) } on a film is called { $positive }.
band-is =
    Between { NUM($negative, digits: 3) } and { NUM($positive, digits: 3) } no decision is sure enough,
    and a person reads the film first.
scale =
    Probability { NUM($value, digits: 3) } on a scale from 0 to 1, threshold
    { NUM($threshold, digits: 3) }
distance-is =
    Distance from the training films: { NUM($value, digits: 2) }. Beyond 1 a film is unlike them.
warnings-mean =
    The model was never tested on such films, so its probability may mean nothing here. Against the
    training films, this film is:
no-warnings =
    No warnings: by its grey levels and shape the film is like the training films. That is no proof
    that the answer is right.
cannot-be-read = This file cannot be read:

## The heat map

strength = Strength of the heat map
map-drawing = The heat map is being computed.
map-failed = There is no heat map of this film.
map-legend =
    Orange moved the answer towards { $positive }, blue away from it. A map does not show where a
    radiologist would look.
maps = Heat maps
maps-on = of the float model that this file was made from (Integrated Gradients)
maps-off = off: they need the study that made this file, and PyTorch

## Warnings: the film, against the training films

warning-unlike-training-images = unlike the training films
warning-coloured = in colours
warning-too-dark = darker
warning-too-bright = brighter
warning-low-contrast = paler
warning-blurred = less sharp
warning-noisy = grainier
warning-tilted = more tilted
warning-cropped = more closely cut
warning-tall-shape = of a taller shape
warning-wide-shape = of a wider shape
warning-black-borders = with wider black borders
warning-burnt-in-marker = with a letter or marker in an upper corner
warning-small-original = a smaller file (fewer pixels)
warning-low-jpeg-quality = compressed more strongly

## The model

model = The model
model-takes = It tells { $positive } from { $negative } in frontal chest radiographs.
probability-holds =
    Probabilities were calibrated on films like the training films. Where pneumonia is rarer, or the
    films come from elsewhere, they are too high or mean nothing.
backbone = Network
image-size = Sees each film at
pixels = { NUM($side, digits: 0) } × { NUM($side, digits: 0) } pixels
precision = Numbers inside
intensity = Grey levels
licence = Licence
weights = Weights (hash)
splits = Training split (hash)
format = File format

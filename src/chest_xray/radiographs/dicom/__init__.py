"""DICOM files: elements, stored values, lookup tables, hidden pixels, grey levels as shown."""

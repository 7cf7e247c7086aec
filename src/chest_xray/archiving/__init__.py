"""DICOM archives: results as DICOM objects, a node that reports films as they arrive, DICOMweb."""

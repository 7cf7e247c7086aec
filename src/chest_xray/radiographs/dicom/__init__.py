"""DICOM files."""

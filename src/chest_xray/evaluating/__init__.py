"""Measuring a finished model: predictions, calibration, what can be told without the disease."""

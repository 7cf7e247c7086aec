"""Metrics, intervals, paired tests and risk ratios: numpy and scipy only."""

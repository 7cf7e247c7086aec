"""The hyperparameter search: trials, finalists, Ray session, scheduler."""

"""Learning: the network, augmentation, the one fit loop, the one evaluation."""

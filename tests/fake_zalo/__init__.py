"""The fake Zalo Bot Platform keeps the documented promises and limits; two clients of other authors talk to it."""

"""What the correction of an estimate depends on."""

FEATURES = (
    "one",
    "ahead",
    "windows",
    "usual windows",
    "windows now",
    "minutes",
    "pace today",
    "pace lately",
    "drift",
    "last wait",
    "oldest wait",
    "morning",
    "noon",
    "afternoon",
    "evening",
)

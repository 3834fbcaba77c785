"""The voice of the screens: short recordings that browsers join to announcements."""

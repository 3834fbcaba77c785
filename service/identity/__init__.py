"""Who asks: accounts, devices, sessions and signing in, without HTTP."""

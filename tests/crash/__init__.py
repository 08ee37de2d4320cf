"""The crash harness: SIGKILLs at random moments over paid renders against the emulator."""

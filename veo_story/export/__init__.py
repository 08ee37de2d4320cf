"""The finished edit for other programs: timelines, shot lists, subtitles, and where each second came from."""

"""``python -m veo_story``: the command line without its script."""

from veo_story.cli.main import run

if __name__ == "__main__":
    run()

"""Write long films as YAML storyboards: check, plan, price, preview and render them as chains of clips."""

from __future__ import annotations

__version__ = "0.1.0"

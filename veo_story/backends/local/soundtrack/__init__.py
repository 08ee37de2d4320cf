"""What the animatic sounds like: ambience, effects, music and scratch voices on the chain's own grid."""

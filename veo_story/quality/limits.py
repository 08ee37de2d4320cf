"""What is too much: every limit of the quality report, with its reason. ``docs/quality.md`` lists them.

They were set on films of the local renderer (static shots, pans, rain, dark scenes, cards) and on faults
planted in them, between the worst clean value and the mildest fault that a viewer sees or hears.
Brightness is in levels of 8-bit luma (16 to 235), changes are means over a small averaged picture.
"""

from __future__ import annotations

# --- picture: motion -------------------------------------------------------------------------------------
SAME_MEAN = 0.1
"""A frame repeats the one before when it changes less in the mean: what coding makes of a still ..."""
SAME_LEVELS = 3.0
"""... and when no place of it changes more ..."""
SAME_SHARE = 0.08
"""... or both stay below this share of what frames around it change: coding is coarser amid motion."""
SAME_MENDED = 0.2
"""... or the mean below this share amid even motion, when no place at all changes more than SAME_LEVELS:
coding mends grain."""
REPEAT_MOTION = 0.3
"""Below this mean change (levels a frame) motion is too little for a repeated frame to be seen."""
REPEAT_BESIDE = 0.6
"""Right before and after a repeated frame motion goes on with this share of its usual pace at least: where a
hand-held camera turns back, it rests for a moment too, but slows down first."""
TWOS_SHARE = 0.7
"""Animation on twos: every other frame changes less than this share of the one before it."""
TWOS_ALIKE = 0.25
"""And this one is held as they are: it changes at least this share of what they do, or the nearest do."""
FROZEN_FRAMES = 12
"""Half a second: from here on a picture that stands still amid motion is called frozen, not repeated."""
FROZEN_MEAN = 0.3
"""What coding still changes in a frozen picture from frame to frame, in the mean ..."""
FROZEN_LEVELS = 7.0
"""... and at the worst place: it goes on mending what it was too coarse for."""
FROZEN_MOTION = 0.5
"""Mean change that shows that the picture moved right before it froze; breathing and blinking stay below."""
JUMP_SHARE = 4.0
"""A jump changes so many times more than the frames around it do at the median ..."""
JUMP_SHARE_SEAM = 3.0
"""The same at a seam, where nothing may jump ..."""
JUMP_PEAK = 1.8
"""... and so many times more than the most restless of them: a whip pan has no single worst frame."""
JUMP_LEVELS = 1.5
"""... and at least so many levels: less is not seen as a jump."""
JUMP_FIT = 0.65
"""At a seam: the new picture fits onto the one before so much worse than its neighbours onto theirs ..."""
JUMP_WORST = 0.85
"""... and so much worse than the worst of them."""
JUMP_SHIFT = 1.5
"""Or it is moved by so many hundredths and a half of its width (places of 64) more than they are ..."""
JUMP_SHIFT_SHARE = 2.0
"""... and so many times more than the most restless of them."""
JUMP_TILE_SHARE = 1.5
"""Either takes most of the picture: so many times what they usually change ..."""
JUMP_MOST = 5
"""... change so many of the eight tiles; a caption that goes at a seam changes two or three."""
JUMP_OUTLASTS = 1.5
"""Where lightning strikes at a seam the picture jumps only if it has changed by so many times more when the
light is gone again than it had in the same time before."""
JUMP_STAYS = 0.6
"""... and is still there after a third of a second: lightning is not."""
JUMP_TILES = 3
"""... and takes so many of the eight tiles of the upper two thirds: captions pop up in fewer."""
CUT_LIKENESS = 0.7
"""A change after which nothing is where it was: a cut inside of a scene."""

# --- picture: light --------------------------------------------------------------------------------------
BLACK_TOP = 24.0
"""A black frame has 99 of 100 places below this; black itself is 16."""
LIT_TOP = 40.0
"""A picture is lit when its brightest hundredth is above this; night scenes with any light are above 50."""
STEP_LUMA = 2.0
"""A step of brightness that is seen in a picture that goes on; the eye sees about 1 % of the range."""
STEP_CHROMA = 1.5
"""A step of colour that is seen in a picture that goes on."""
STEP_SHARE = 2.0
"""And it is so many times larger than what brightness or colour does near it, but for one frame there."""
STEP_UNEVEN = 0.6
"""A step takes the whole picture: what changes its shape more than this share of the step is content."""
STEP_MOST = 0.3
"""And most of the picture shares in it by this much at least."""
FLASH_LEVELS = 6.0
"""A flash at a seam is brighter or darker than both sides by so many levels ..."""
FLASH_FRAMES = 3
"""... for at most so many frames ..."""
FLASH_SHARE = 3.0
"""... and by so many times more than the brightness changes around it."""
DRIFT_LUMA = 4.0
"""The steps of a chain's seams added up, when they go one way: brightness."""
DRIFT_CHROMA = 2.0
"""The same of colour."""
DRIFT_SHARE = 2.0
"""Steps count that are so many times larger than what brightness and colour do around them ..."""
DRIFT_LARGEST = 0.85
"""... and none has more than this share of the sum: one step alone is told as a step, or is content."""
RAMP_CHROMA = 5.0
"""A slow shift of the colour of shadows, middle and lights alike from a chain's begin to its end ..."""
RAMP_STEPS = 8
"""... looked at in so many equal pieces ..."""
RAMP_LARGEST = 0.4
"""... of which none has more than this share of the shift: when a lamp is blown out, one has nearly all."""

# --- sound -----------------------------------------------------------------------------------------------
CLICK_EDGE = 0.008
"""The least third difference of samples that can be a click: below -42 dB it hides in any ambience."""
CLICK_SHARE = 16.0
"""A click stands so many times (24 dB) above the milliseconds on both sides: what is struck rings on."""
CLICK_SHARE_CUT = 12.0
"""At the very cut (2 ms) so many times (22 dB): clean films have 4 there at most, since fades end what
sounds. A seam over which the sound goes on has no fade: what ticks or crackles may hit it, so there it is
held to what holds elsewhere near a cut."""
CLICK_BESIDE = 90
"""And there above so many percent of the milliseconds on both sides: another tick nearby does not hide it."""
CLICK_USUAL = 2.0
"""And so many times (6 dB) above all else within a second: clocks tick again."""
CLICK_SEAM = 1.1
"""So many times near a cut: of the ticks of a clock none is plainly louder than all others just there. At the
very cut, where sound breaks off, this is not asked: a clock may stop there, but nothing begins so sharply."""
HOLE_DB = -70.0
"""A dropout is below this level, and ..."""
HOLE_DEPTH_DB = 30.0
"""... so much below what is heard around it ..."""
HOLE_MS = 12
"""... for longer than this: the fades of a cut take 9 ms."""
HOLE_LONGEST_MS = 3000
"""What is silent for longer is a pause."""
HOLE_EDGE_MS = 15
"""A dropout breaks off and comes back within so many milliseconds: what dies away is no dropout."""
SILENT_DB = -65.0
"""A scene whose sound stays below this is silent."""
LOUDNESS_LU = 0.5
"""How far a film may be off the loudness it was brought to (what EBU R 128 allows a mix)."""
LOUDNESS_WRONG_LU = 2.0
"""From here on the mix did not do what it was asked to."""
PEAK_DBTP = -1.0
"""True peaks above this distort in players and encoders (EBU R 128)."""
PEAK_ROOM_DB = 0.1
"""What two true-peak meters may differ by."""
CLIPPED_SAMPLES = 8
"""So many samples at full scale are no accident of an encoder."""
OFFSET_MS = 15.0
"""How far sound may be off its picture. Half a frame is 21 ms, and 45 ms are noticed (ITU-R BT.1359)."""
LENGTH_MS = 45.0
"""How much longer or shorter than the picture the sound may be: an AAC packet is 21 ms, a frame 42 ms."""

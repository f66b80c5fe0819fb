"""One Number: one weekly question by email, answered with one number.

Start reading at `pipeline.tick`: from there one reply, or one mail, can be followed from end to end.
"""

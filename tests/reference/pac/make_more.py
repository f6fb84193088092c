"""PLV and ndPAC of the signals beside this file, from TensorPAC 0.6.5; see make_reference.py for what to install.

Writes more.npz: NAME_plv and NAME_ndpac, each [n_amp, n_pha, channels]. TensorPAC's PLV takes the phase of the amplitude,
which is its own `hilbertm` of it.
"""
import warnings
import numpy as np
warnings.filterwarnings("ignore")
from tensorpac import Pac
from tensorpac.methods import norm_direct_pac, phase_locking_value
from tensorpac.spectral import hilbertm

out = {}
for name in ("coupled_6_80", "uncoupled_noise", "nonsinusoidal_uncoupled", "short_1s"):
    data = np.load(f"{name}.npz")
    p = Pac(idpac=(1, 0, 0), f_pha=data["pha"], f_amp=data["amp"], verbose=False)
    fs = float(data["fs"])
    phase = p.filter(fs, data["x"], ftype="phase", n_jobs=1)
    amplitude = p.filter(fs, data["x"], ftype="amplitude", n_jobs=1)
    out[f"{name}_plv"] = phase_locking_value(phase, np.angle(hilbertm(amplitude)))
    out[f"{name}_ndpac"] = norm_direct_pac(phase, amplitude, p=0.05)
np.savez_compressed("more.npz", **out)

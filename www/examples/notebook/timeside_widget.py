"""A recording in a notebook, with its annotations and its position as traits (needs `pip install anywidget`).

    player = Player(src="https://example.org/rec.wav")
    player                                    # shows it
    player.annotations = [dict(id="a", start=1.0, end=2.0, label="word")]
    player.observe(lambda change: print(change["new"]), "annotations")
"""

import pathlib

import anywidget
import traitlets


class Player(anywidget.AnyWidget):
    """`<timeside-player>`; times are in seconds."""

    _esm = pathlib.Path(__file__).parent / "timeside_widget.js"

    module_url = traitlets.Unicode("https://cdn.jsdelivr.net/npm/timeside/dist/player.js").tag(sync=True)
    src = traitlets.Unicode("").tag(sync=True)
    data = traitlets.Bytes(b"").tag(sync=True)
    layers = traitlets.Unicode("waveform spectrogram").tag(sync=True)
    annotations = traitlets.List(traitlets.Dict()).tag(sync=True)
    current_time = traitlets.Float(0.0).tag(sync=True)
    selection = traitlets.List(traitlets.Float(), default_value=None, allow_none=True).tag(sync=True)

    @classmethod
    def of_file(cls, path, **traits):
        """A recording of this machine."""
        return cls(data=pathlib.Path(path).read_bytes(), **traits)

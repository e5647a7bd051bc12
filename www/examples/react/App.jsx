import { useState } from "react";
import "timeside/react";

const FIRST = [{ id: "first", start: 1, end: 2.5, label: "first" }];

export function App() {
  // The page's state is what counts: the player shows it, and tells every edit.
  const [annotations, setAnnotations] = useState(FIRST);
  const [view, setView] = useState(null);
  const keep = (event) => setAnnotations(event.currentTarget.annotations.list());
  const rename = (id, label) => setAnnotations(annotations.map((one) => (one.id === id ? { ...one, label } : one)));

  return (
    <>
      <timeside-player
        src="/recording/timeside.mp3"
        layers="waveform"
        controls
        annotations={annotations}
        onannotationadd={keep}
        onannotationchange={keep}
        onannotationremove={keep}
        onviewchange={(event) => setView(event.detail)}
      />
      <p>{view && `${view.start.toFixed(2)} to ${view.end.toFixed(2)} s`}</p>
      <ul>
        {annotations.map(({ id, start, label }) => (
          <li key={id}>
            {start.toFixed(2)} s <input aria-label={`Label of ${id}`} value={label} onChange={(event) => rename(id, event.target.value)} />
          </li>
        ))}
      </ul>
    </>
  );
}

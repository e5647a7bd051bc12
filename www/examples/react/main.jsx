import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App.jsx";

const place = document.getElementById("app");
// A page that a server has rendered comes to life; an empty one is made here.
if (place.firstElementChild) hydrateRoot(place, <App />);
else createRoot(place).render(<App />);

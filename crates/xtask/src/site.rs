//! What is served: folders under URL prefixes.

use std::path::{Component, Path, PathBuf};

use crate::{Result, http::percent_decoded};

/// Media types by extension; the first column is lower case.
const MEDIA_TYPES: [(&str, &str); 35] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("wasm", "application/wasm"),
    ("ts", "text/plain; charset=utf-8"),
    ("jsx", "text/plain; charset=utf-8"),
    ("py", "text/plain; charset=utf-8"),
    ("svelte", "text/plain; charset=utf-8"),
    ("vue", "text/plain; charset=utf-8"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/plain; charset=utf-8"),
    ("xml", "application/xml"),
    ("csv", "text/csv; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("webp", "image/webp"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("wav", "audio/wav"),
    ("flac", "audio/flac"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("m4a", "audio/mp4"),
    ("mp4", "video/mp4"),
    ("aac", "audio/aac"),
    ("aif", "audio/aiff"),
    ("aiff", "audio/aiff"),
    ("webm", "video/webm"),
];

pub(crate) fn media_type(file: &Path) -> &'static str {
    let extension = file
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let row = MEDIA_TYPES.iter().find(|(known, _)| *known == extension);
    row.map_or("application/octet-stream", |(_, media_type)| media_type)
}

/// A folder under a prefix that begins and ends with `/`.
#[derive(Debug)]
struct Mount {
    prefix: String,
    folder: PathBuf,
}

/// All folders; of two prefixes that fit, the longer wins.
#[derive(Debug, Default)]
pub(crate) struct Site(Vec<Mount>);

/// Where a URL leads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    /// A folder named without its last `/`: relative links in its page would break.
    Folder(String),
    Missing,
}

impl Site {
    /// Serves `folder` under `prefix`; a folder that does not exist is an error now rather than a 404 later.
    pub(crate) fn mount(mut self, prefix: &str, folder: &Path) -> Result<Self> {
        let folder = folder
            .canonicalize()
            .map_err(|e| format!("{}: {e}", folder.display()))?;
        let inner = prefix.trim_matches('/');
        let prefix = if inner.is_empty() {
            "/".to_owned()
        } else {
            format!("/{inner}/")
        };
        self.0.push(Mount { prefix, folder });
        self.0
            .sort_by_key(|mount| std::cmp::Reverse(mount.prefix.len()));
        Ok(self)
    }

    /// `--also DIR=/prefix`
    pub(crate) fn mount_option(self, option: &str) -> Result<Self> {
        let (folder, prefix) = option
            .rsplit_once("=/")
            .ok_or_else(|| format!("--also takes DIR=/prefix, not `{option}`"))?;
        self.mount(prefix, Path::new(folder))
    }

    /// The file behind a request's target. Nothing outside the mounted folders is reached, by `..`, escape or link.
    pub(crate) fn find(&self, target: &str) -> Place {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let Some(path) =
            percent_decoded(path).filter(|p| p.starts_with('/') && !p.contains(['\0', '\\']))
        else {
            return Place::Missing;
        };
        let Some(mount) = self.0.iter().find(|mount| path.starts_with(&mount.prefix)) else {
            let is_mount = self
                .0
                .iter()
                .any(|mount| mount.prefix.strip_suffix('/') == Some(&path));
            return if is_mount {
                Place::Folder(path)
            } else {
                Place::Missing
            };
        };
        let inside = Path::new(&path[mount.prefix.len()..]);
        if inside
            .components()
            .any(|part| !matches!(part, Component::Normal(_)))
        {
            return Place::Missing;
        }
        let Ok(mut file) = mount.folder.join(inside).canonicalize() else {
            return Place::Missing;
        };
        if !file.starts_with(&mount.folder) {
            return Place::Missing;
        }
        if file.is_dir() {
            if !path.ends_with('/') {
                return Place::Folder(path);
            }
            file.push("index.html");
        }
        if file.is_file() {
            Place::File(file)
        } else {
            Place::Missing
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn site(name: &str) -> (Site, PathBuf) {
        let base =
            std::env::temp_dir().join(format!("timeside-site-{name}-{}", std::process::id()));
        fs::create_dir_all(base.join("www/inner")).unwrap();
        fs::create_dir_all(base.join("dist")).unwrap();
        for file in [
            "www/index.html",
            "www/inner/index.html",
            "www/a b.mp3",
            "dist/x.wasm",
            "secret.txt",
        ] {
            fs::write(base.join(file), file).unwrap();
        }
        let site = Site::default().mount("/", &base.join("www")).unwrap();
        (
            site.mount_option(&format!("{}=/timeside", base.join("dist").display()))
                .unwrap(),
            base,
        )
    }

    #[test]
    fn files_folders_and_the_longer_prefix() {
        let (site, base) = site("files");
        let base = base.canonicalize().unwrap();
        assert_eq!(site.find("/?x#y"), Place::File(base.join("www/index.html")));
        assert_eq!(
            site.find("/a%20b.mp3"),
            Place::File(base.join("www/a b.mp3"))
        );
        assert_eq!(site.find("/inner"), Place::Folder("/inner".into()));
        assert_eq!(
            site.find("/inner/"),
            Place::File(base.join("www/inner/index.html"))
        );
        assert_eq!(
            site.find("/timeside/x.wasm"),
            Place::File(base.join("dist/x.wasm"))
        );
        assert_eq!(site.find("/timeside/"), Place::Missing);
        assert_eq!(site.find("/none"), Place::Missing);
        fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn nothing_outside_is_reached() {
        let (site, base) = site("outside");
        #[cfg(unix)]
        std::os::unix::fs::symlink(base.join("secret.txt"), base.join("www/link.txt")).unwrap();
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/inner/../../secret.txt",
            "/..%2fsecret.txt",
            "/..\\secret.txt",
            "/link.txt",
            "//etc/passwd",
            "/timeside/../secret.txt",
            "secret.txt",
            "/%00",
        ] {
            assert_eq!(site.find(target), Place::Missing, "{target}");
        }
        fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn every_audio_format_has_its_type() {
        for (file, expected) in [
            ("a.FLAC", "audio/flac"),
            ("a.wasm", "application/wasm"),
            ("a", "application/octet-stream"),
        ] {
            assert_eq!(media_type(Path::new(file)), expected);
        }
    }
}

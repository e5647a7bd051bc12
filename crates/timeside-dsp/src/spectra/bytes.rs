//! A finished overview as bytes, little-endian, for a cache.

use super::SpectrumOverview;

impl SpectrumOverview {
    /// The columns of an overview that has ended.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.columns.len());
        out.extend_from_slice(&self.column_frames.to_le_bytes());
        out.extend_from_slice(&self.columns);
        out
    }

    /// The overview that [`SpectrumOverview::to_bytes`] wrote; `None` if they are not such bytes.
    pub fn from_bytes(bytes: &[u8], block: usize, max_columns: usize) -> Option<Self> {
        let (column_frames, columns) = bytes.split_first_chunk::<8>()?;
        let mut overview = Self::new(block, max_columns);
        let column_frames = i64::from_le_bytes(*column_frames);
        let is_spacing = column_frames > 0
            && column_frames % overview.column_frames == 0
            && column_frames < 1 << 48;
        let bins = overview.bins();
        if !is_spacing || !columns.len().is_multiple_of(bins) || columns.len() / bins > max_columns
        {
            return None;
        }
        overview.column_frames = column_frames;
        overview.columns = columns.to_vec();
        overview.ended = true;
        Some(overview)
    }
}

//! How much a spectrum is like that of noise.

use super::{Descriptor, LANES, Magnitudes};

/// See [`Descriptor::DOC`].
#[derive(Debug)]
pub(super) struct Flatness;

impl Descriptor for Flatness {
    const ID: &'static str = "vamp_flatness";
    const NAME: &'static str = "Flatness (vamp)";
    const UNIT: &'static str = "";
    const DESCRIPTION: &'static str = "Flatness from LibXtract Vamp plugins";
    const DOC: &'static str = "**Measures.** How much the spectrum is like that of noise: 1 if all bins are alike, near 0 for \
        tones.\n\n\
        **Formula.** The geometric over the arithmetic mean of those magnitudes aₖ = |Xₖ|/N of a frame under a periodic Hann \
        window that are not 0, k from 0 to N/2 − 1: exp(mean ln aₖ) / mean aₖ. White noise reads some 0.85 (Rayleigh), not 1. \
        0 where nothing sounds. The plugin’s product of magnitudes underflows after about a hundred bins, and it gives what \
        it has until then, 200 to 3500: `compat`.\n\n\
        **Source.** A. H. Gray and J. D. Markel, IEEE Trans. ASSP 22 (1974); J. Bullock, “LibXtract”, ICMC 2007.\n\n\
        **Good for.** Telling noise from tones, finding breaths, consonants and cymbals. It is computed on magnitudes: on \
        power (`0.56` for white noise) values are lower.";
    const COMPAT: Option<&'static str> =
        Some("The plugin’s own values: of the bins before its product underflows.");
    const COLUMN: usize = 5;

    fn value(magnitudes: Magnitudes<'_>) -> f64 {
        let mut logs = Logarithms::default();
        let mut count = 0.0;
        for chunk in magnitudes.values.chunks(LANES * FACTORS) {
            count += logs.take(chunk);
        }
        (logs.end() / count).exp() / (magnitudes.sum / count)
    }

    fn plugins_value(magnitudes: Magnitudes<'_>) -> f64 {
        let (mut product, mut sum) = (1.0_f64, 0.0);
        for a in magnitudes.values.iter().filter(|a| **a > 0.0) {
            if product < f64::MIN_POSITIVE {
                break;
            }
            product *= a;
            sum += a;
        }
        let count = magnitudes.values.len() as f64;
        product.powf(1.0 / count) / (sum / count)
    }
}

/// Products of so many factors between [`LEAST`] and its inverse hold as many more.
const FACTORS: usize = 8;
const LEAST: f64 = 1e-16;

/// The sum of logarithms of what is not 0. The logarithm of a product is cheaper than those of its factors, as long as
/// the product can be held.
#[derive(Default)]
struct Logarithms {
    sum: f64,
    products: Option<[f64; LANES]>,
}

impl Logarithms {
    /// Takes up to [`FACTORS`] values a lane; how many are not 0.
    fn take(&mut self, values: &[f64]) -> f64 {
        let mut products = self.products.unwrap_or([1.0; LANES]);
        let mut count = 0.0;
        for row in values.chunks(LANES) {
            for (product, a) in products.iter_mut().zip(row) {
                let is_usual = (LEAST..=1.0 / LEAST).contains(a);
                if !is_usual && *a > 0.0 {
                    self.sum += a.ln();
                }
                *product *= if is_usual { *a } else { 1.0 };
                count += if *a > 0.0 { 1.0 } else { 0.0 };
            }
        }
        let could_leave = products
            .iter()
            .any(|product| !(1e-160..1e160).contains(product));
        if could_leave {
            self.sum += products.iter().map(|product| product.ln()).sum::<f64>();
            products = [1.0; LANES];
        }
        self.products = Some(products);
        count
    }

    fn end(self) -> f64 {
        let products = self.products.unwrap_or([1.0; LANES]);
        self.sum + products.iter().map(|product| product.ln()).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::of;
    use super::*;

    #[test]
    fn alike_bins_are_flat_and_empty_ones_do_not_count() {
        assert!((of::<Flatness>(&[0.3; 600]) - 1.0).abs() < 1e-12);
        assert!((of::<Flatness>(&[0.0, 1.0, 4.0, 0.0]) - 0.8).abs() < 1e-12);
        assert!(!of::<Flatness>(&[0.0; 4]).is_finite());
    }
}

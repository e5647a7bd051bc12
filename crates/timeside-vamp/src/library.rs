//! Plugin libraries and their plugins, called through the C interface. Runs in the worker only: what a broken plugin
//! does here ends the child process, and nobody else.
#![allow(
    unsafe_code,
    reason = "a Vamp plugin is foreign code behind a C interface: to load it and to call it is unsafe by nature"
)]

use crate::abi::{self, GetPluginDescriptor, PluginDescriptor};
use crate::time::RealTime;
use crate::wire::{Feature, OutputInfo, ParameterInfo, PluginInfo, SampleType};
use std::ffi::{CStr, c_char, c_uint};
use std::path::Path;
use std::ptr::NonNull;
use std::rc::Rc;

/// The most plugins of a library, and parameters, programs or outputs of a plugin. What claims more is broken.
const COUNT_LIMIT: c_uint = 4_096;
/// The most values of one feature.
const VALUES_LIMIT: c_uint = 1 << 22;
/// The most features of one output at once.
const FEATURES_LIMIT: c_uint = 1 << 22;

/// A loaded library.
#[derive(Debug)]
pub(crate) struct Library {
    descriptor: GetPluginDescriptor,
    /// Keeps the code in memory.
    _library: libloading::Library,
}

impl Library {
    /// Loads a library and runs its initialisers.
    pub(crate) fn load(path: &Path) -> Result<Self, String> {
        // SAFETY: any code may run here; this process was made to run it, and holds nothing that it could spoil.
        let library = unsafe { libloading::Library::new(path) }
            .map_err(|e| format!("cannot be loaded: {e}"))?;
        // SAFETY: the Vamp interface gives this symbol this type; a library in which it is something else is broken,
        // and calling it ends this process at worst.
        let symbol = unsafe { library.get::<GetPluginDescriptor>(b"vampGetPluginDescriptor\0") }
            .map_err(|_| "is no Vamp library: it has no vampGetPluginDescriptor".to_owned())?;
        let descriptor = *symbol;
        Ok(Self {
            descriptor,
            _library: library,
        })
    }

    /// The identifiers of its plugins.
    pub(crate) fn identifiers(&self) -> Vec<String> {
        self.descriptors()
            .map(|d| {
                // SAFETY: `descriptors` gives pointers to descriptors that live as long as the library.
                unsafe { text(d.as_ref().identifier) }
            })
            .collect()
    }

    fn descriptors(&self) -> impl Iterator<Item = NonNull<PluginDescriptor>> {
        (0..COUNT_LIMIT).map_while(|index| {
            // SAFETY: the library is loaded; the function takes any index and gives null past the last.
            let descriptor = unsafe { (self.descriptor)(abi::API_VERSION, index) };
            NonNull::new(descriptor.cast_mut())
        })
    }
}

/// An instance of a plugin.
#[derive(Debug)]
pub(crate) struct Plugin {
    descriptor: NonNull<PluginDescriptor>,
    handle: abi::Handle,
    outputs: u32,
    /// Outlives the instance.
    _library: Rc<Library>,
}

/// Calls a function of a plugin's descriptor with its handle and further arguments.
macro_rules! call {
    ($plugin:expr, $function:ident $(, $argument:expr)*) => {
        match $plugin.descriptor().$function {
            // SAFETY: the descriptor is the plugin's own, the handle came from its `instantiate` and is not yet
            // cleaned up, and the arguments are what the interface asks for.
            Some(function) => Ok(unsafe { function($plugin.handle $(, $argument)*) }),
            None => Err(concat!("has no ", stringify!($function)).to_owned()),
        }
    };
}

impl Plugin {
    /// An instance of the plugin `identifier` at a sample rate.
    pub(crate) fn new(
        library: &Rc<Library>,
        identifier: &str,
        sample_rate: u32,
    ) -> Result<Self, String> {
        let descriptor = library
            .descriptors()
            // SAFETY: as in `identifiers`.
            .find(|d| unsafe { text(d.as_ref().identifier) } == identifier)
            .ok_or("is not in its library")?;
        // SAFETY: a descriptor lives as long as its library, which this holds.
        let instantiate = unsafe { descriptor.as_ref() }
            .instantiate
            .ok_or("has no instantiate")?;
        // SAFETY: the descriptor is the one the function belongs to.
        let handle = unsafe { instantiate(descriptor.as_ptr(), sample_rate as f32) };
        if handle.is_null() {
            return Err(format!("does not work at {sample_rate} Hz"));
        }
        let mut plugin = Self {
            descriptor,
            handle,
            outputs: 0,
            _library: Rc::clone(library),
        };
        plugin.outputs = limited(call!(plugin, get_output_count)?, COUNT_LIMIT, "outputs")?;
        Ok(plugin)
    }

    fn descriptor(&self) -> &PluginDescriptor {
        // SAFETY: it lives as long as the library, which `self` holds.
        unsafe { self.descriptor.as_ref() }
    }

    /// What it tells of itself.
    pub(crate) fn info(&self) -> Result<PluginInfo, String> {
        let d = self.descriptor();
        let parameters = limited(d.parameter_count, COUNT_LIMIT, "parameters")?;
        let programs = limited(d.program_count, COUNT_LIMIT, "programs")?;
        // SAFETY: the descriptor's texts are null or end with a zero; its lists have as many items as it counts.
        unsafe {
            Ok(PluginInfo {
                identifier: text(d.identifier),
                name: text(d.name),
                description: text(d.description),
                maker: text(d.maker),
                version: d.plugin_version,
                frequency_domain: self.frequency_domain(),
                parameters: items(d.parameters, parameters)
                    .iter()
                    .filter_map(|p| p.as_ref())
                    .map(|p| ParameterInfo {
                        identifier: text(p.identifier),
                        name: text(p.name),
                        unit: text(p.unit),
                        min: p.min_value,
                        max: p.max_value,
                        default: p.default_value,
                    })
                    .collect(),
                programs: items(d.programs, programs)
                    .iter()
                    .map(|p| text(*p))
                    .collect(),
                outputs: self.outputs()?,
            })
        }
    }

    /// Its outputs, as they are for now: initialising may change them.
    pub(crate) fn outputs(&self) -> Result<Vec<OutputInfo>, String> {
        (0..self.outputs).map(|index| self.output(index)).collect()
    }

    fn output(&self, index: u32) -> Result<OutputInfo, String> {
        let pointer = call!(self, get_output_descriptor, index)?;
        // SAFETY: the plugin gives null or a descriptor that is valid until it is released, below.
        let o = unsafe { pointer.as_ref() }.ok_or(format!("does not describe output {index}"))?;
        let bins = (o.has_fixed_bin_count != 0).then_some(o.bin_count);
        let bins = bins.map(|n| limited(n, VALUES_LIMIT, "values for each feature"));
        let bins = bins.transpose()?;
        let names = if o.bin_names.is_null() {
            0
        } else {
            bins.unwrap_or(0)
        };
        // SAFETY: as for `info`; there are as many names as bins, or none.
        let info = unsafe {
            OutputInfo {
                identifier: text(o.identifier),
                name: text(o.name),
                description: text(o.description),
                unit: text(o.unit),
                bins: bins.map(|n| n as usize),
                bin_names: items(o.bin_names, names).iter().map(|p| text(*p)).collect(),
                sample_type: match o.sample_type {
                    abi::FIXED_SAMPLE_RATE => SampleType::FixedSampleRate,
                    abi::VARIABLE_SAMPLE_RATE => SampleType::VariableSampleRate,
                    _ => SampleType::OneSamplePerStep,
                },
                sample_rate: if o.sample_rate.is_finite() {
                    o.sample_rate
                } else {
                    0.0
                },
                has_duration: self.descriptor().vamp_api_version >= 2 && o.has_duration != 0,
            }
        };
        if let Some(release) = self.descriptor().release_output_descriptor {
            // SAFETY: it came from this plugin, and nothing borrowed of it is left.
            unsafe { release(pointer) };
        }
        Ok(info)
    }

    /// Whether it is fed spectra.
    pub(crate) fn frequency_domain(&self) -> bool {
        self.descriptor().input_domain == abi::FREQUENCY_DOMAIN
    }

    /// The samples that it likes best: of a block, and from one to the next; 0 if it does not care.
    pub(crate) fn preferred_block_and_step(&self) -> Result<(u32, u32), String> {
        Ok((
            call!(self, get_preferred_block_size)?,
            call!(self, get_preferred_step_size)?,
        ))
    }

    /// The channels that it takes at least and at most.
    pub(crate) fn channels(&self) -> Result<(u32, u32), String> {
        Ok((
            call!(self, get_min_channel_count)?,
            call!(self, get_max_channel_count)?,
        ))
    }

    /// Chooses a preset; before [`Plugin::initialise`].
    pub(crate) fn select_program(&mut self, index: u32) -> Result<(), String> {
        if index >= self.descriptor().program_count {
            return Err(format!("has no program {index}"));
        }
        call!(self, select_program, index)
    }

    /// Sets a parameter; before [`Plugin::initialise`].
    pub(crate) fn set_parameter(&mut self, index: u32, value: f32) -> Result<(), String> {
        if index >= self.descriptor().parameter_count {
            return Err(format!("has no parameter {index}"));
        }
        call!(self, set_parameter, index as i32, value)
    }

    /// Makes it ready. Once.
    pub(crate) fn initialise(
        &mut self,
        channels: usize,
        block: usize,
        step: usize,
    ) -> Result<(), String> {
        let (channels, block, step) = (channels as c_uint, block as c_uint, step as c_uint);
        if call!(self, initialise, channels, step, block)? == 0 {
            return Err(format!(
                "refuses {channels} channel(s) in blocks of {block} samples every {step}"
            ));
        }
        Ok(())
    }

    /// Takes a block: of each channel as many samples as were agreed upon, or the bins of its spectrum, real and
    /// imaginary parts in turn. Hands out the features of this step.
    pub(crate) fn process(
        &mut self,
        channels: &[Vec<f32>],
        time: RealTime,
        step: u64,
        emit: &mut dyn FnMut(&Feature<'_>),
    ) -> Result<(), String> {
        // At most a few channels; kept on the stack in the ordinary case.
        let mut few = [std::ptr::null(); 8];
        let many: Vec<*const f32>;
        let pointers = if channels.len() <= few.len() {
            for (pointer, channel) in few.iter_mut().zip(channels) {
                *pointer = channel.as_ptr();
            }
            few.as_ptr()
        } else {
            many = channels.iter().map(|c| c.as_ptr()).collect();
            many.as_ptr()
        };
        let lists = call!(self, process, pointers, time.sec, time.nsec)?;
        self.take(lists, step, emit)
    }

    /// Hands out what it kept until the end.
    pub(crate) fn remaining(&mut self, emit: &mut dyn FnMut(&Feature<'_>)) -> Result<(), String> {
        let lists = call!(self, get_remaining_features)?;
        self.take(lists, Feature::REMAINING, emit)
    }

    fn take(
        &self,
        lists: *mut abi::FeatureList,
        step: u64,
        emit: &mut dyn FnMut(&Feature<'_>),
    ) -> Result<(), String> {
        if lists.is_null() {
            return Ok(());
        }
        for output in 0..self.outputs {
            // SAFETY: a feature set has a list for each output, until it is released, below.
            let list = unsafe { &*lists.add(output as usize) };
            let count = limited(list.feature_count, FEATURES_LIMIT, "features at once")? as usize;
            if count == 0 || list.features.is_null() {
                continue;
            }
            let has_second_half = self.descriptor().vamp_api_version >= 2;
            for index in 0..count {
                // SAFETY: a list has as many features as it counts, and of a version 2 plugin as many second halves
                // behind them; which of the union's forms holds follows from the place.
                let (v1, v2) = unsafe {
                    let v1 = (*list.features.add(index)).v1;
                    let v2 = has_second_half.then(|| (*list.features.add(count + index)).v2);
                    (v1, v2)
                };
                let values = limited(v1.value_count, VALUES_LIMIT, "values in a feature")?;
                // SAFETY: the values are as many as counted, and live until the set is released.
                let values = unsafe { items(v1.values, values) };
                // SAFETY: a label is null or ends with a zero.
                let label = unsafe { text(v1.label) };
                emit(&Feature {
                    step,
                    output,
                    time: (v1.has_timestamp != 0).then_some(RealTime {
                        sec: v1.sec,
                        nsec: v1.nsec,
                    }),
                    duration: v2.filter(|d| d.has_duration != 0).map(|d| RealTime {
                        sec: d.duration_sec,
                        nsec: d.duration_nsec,
                    }),
                    values,
                    label: &label,
                });
            }
        }
        if let Some(release) = self.descriptor().release_feature_set {
            // SAFETY: the set came from this plugin, and nothing borrowed of it is left.
            unsafe { release(lists) };
        }
        Ok(())
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // What cannot be cleaned up goes with the process.
        let _ = call!(self, cleanup);
    }
}

fn limited(count: u32, limit: u32, what: &str) -> Result<u32, String> {
    if count <= limit {
        return Ok(count);
    }
    Err(format!("claims {count} {what}; {limit} is the limit"))
}

/// A text, empty for null; what is not UTF-8 is replaced.
///
/// # Safety
/// `pointer` is null, or leads to bytes that end with a zero.
unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: it is not null, and the caller promises the rest.
    unsafe { CStr::from_ptr(pointer) }
        .to_string_lossy()
        .into_owned()
}

/// A list, empty for null.
///
/// # Safety
/// `pointer` is null, or leads to `count` items that live and do not change for as long as the slice is used.
unsafe fn items<'a, T>(pointer: *const T, count: u32) -> &'a [T] {
    if pointer.is_null() || !pointer.is_aligned() {
        return &[];
    }
    // SAFETY: it is neither null nor askew, and the caller promises the rest.
    unsafe { std::slice::from_raw_parts(pointer, count as usize) }
}

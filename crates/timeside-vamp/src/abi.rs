//! The binary interface of Vamp 2 (`vamp.h`): declarations, no code. Version 1 plugins have the same layout, without
//! [`OutputDescriptor::has_duration`] and the second half of [`FeatureList::features`].

use std::ffi::{c_char, c_int, c_uint, c_void};

/// The interface that we speak.
pub(crate) const API_VERSION: c_uint = 2;

/// The one symbol of a plugin library: the descriptor of an index, or null past the last.
pub(crate) type GetPluginDescriptor =
    unsafe extern "C" fn(host_api_version: c_uint, index: c_uint) -> *const PluginDescriptor;

/// A plugin's instance.
pub(crate) type Handle = *mut c_void;

/// `vampFrequencyDomain`; 0 is the time domain.
pub(crate) const FREQUENCY_DOMAIN: c_int = 1;

/// `vampFixedSampleRate`; 0 is one sample per step.
pub(crate) const FIXED_SAMPLE_RATE: c_int = 1;

/// `vampVariableSampleRate`.
pub(crate) const VARIABLE_SAMPLE_RATE: c_int = 2;

#[repr(C)]
pub(crate) struct ParameterDescriptor {
    pub(crate) identifier: *const c_char,
    pub(crate) name: *const c_char,
    pub(crate) description: *const c_char,
    pub(crate) unit: *const c_char,
    pub(crate) min_value: f32,
    pub(crate) max_value: f32,
    pub(crate) default_value: f32,
    pub(crate) is_quantized: c_int,
    pub(crate) quantize_step: f32,
    pub(crate) value_names: *const *const c_char,
}

#[repr(C)]
pub(crate) struct OutputDescriptor {
    pub(crate) identifier: *const c_char,
    pub(crate) name: *const c_char,
    pub(crate) description: *const c_char,
    pub(crate) unit: *const c_char,
    pub(crate) has_fixed_bin_count: c_int,
    pub(crate) bin_count: c_uint,
    pub(crate) bin_names: *const *const c_char,
    pub(crate) has_known_extents: c_int,
    pub(crate) min_value: f32,
    pub(crate) max_value: f32,
    pub(crate) is_quantized: c_int,
    pub(crate) quantize_step: f32,
    pub(crate) sample_type: c_int,
    pub(crate) sample_rate: f32,
    pub(crate) has_duration: c_int,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct FeatureV1 {
    pub(crate) has_timestamp: c_int,
    pub(crate) sec: c_int,
    pub(crate) nsec: c_int,
    pub(crate) value_count: c_uint,
    pub(crate) values: *mut f32,
    pub(crate) label: *mut c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct FeatureV2 {
    pub(crate) has_duration: c_int,
    pub(crate) duration_sec: c_int,
    pub(crate) duration_nsec: c_int,
}

#[repr(C)]
pub(crate) union Feature {
    pub(crate) v1: FeatureV1,
    pub(crate) v2: FeatureV2,
}

#[repr(C)]
pub(crate) struct FeatureList {
    pub(crate) feature_count: c_uint,
    /// `feature_count` of version 1, then (of a version 2 plugin) as many of version 2.
    pub(crate) features: *mut Feature,
}

#[repr(C)]
pub(crate) struct PluginDescriptor {
    pub(crate) vamp_api_version: c_uint,
    pub(crate) identifier: *const c_char,
    pub(crate) name: *const c_char,
    pub(crate) description: *const c_char,
    pub(crate) maker: *const c_char,
    pub(crate) plugin_version: c_int,
    pub(crate) copyright: *const c_char,
    pub(crate) parameter_count: c_uint,
    pub(crate) parameters: *const *const ParameterDescriptor,
    pub(crate) program_count: c_uint,
    pub(crate) programs: *const *const c_char,
    pub(crate) input_domain: c_int,
    pub(crate) instantiate: Option<unsafe extern "C" fn(*const Self, sample_rate: f32) -> Handle>,
    pub(crate) cleanup: Option<unsafe extern "C" fn(Handle)>,
    pub(crate) initialise: Option<
        unsafe extern "C" fn(Handle, channels: c_uint, step: c_uint, block: c_uint) -> c_int,
    >,
    pub(crate) reset: Option<unsafe extern "C" fn(Handle)>,
    pub(crate) get_parameter: Option<unsafe extern "C" fn(Handle, c_int) -> f32>,
    pub(crate) set_parameter: Option<unsafe extern "C" fn(Handle, c_int, f32)>,
    pub(crate) get_current_program: Option<unsafe extern "C" fn(Handle) -> c_uint>,
    pub(crate) select_program: Option<unsafe extern "C" fn(Handle, c_uint)>,
    pub(crate) get_preferred_step_size: Option<unsafe extern "C" fn(Handle) -> c_uint>,
    pub(crate) get_preferred_block_size: Option<unsafe extern "C" fn(Handle) -> c_uint>,
    pub(crate) get_min_channel_count: Option<unsafe extern "C" fn(Handle) -> c_uint>,
    pub(crate) get_max_channel_count: Option<unsafe extern "C" fn(Handle) -> c_uint>,
    pub(crate) get_output_count: Option<unsafe extern "C" fn(Handle) -> c_uint>,
    pub(crate) get_output_descriptor:
        Option<unsafe extern "C" fn(Handle, c_uint) -> *mut OutputDescriptor>,
    pub(crate) release_output_descriptor: Option<unsafe extern "C" fn(*mut OutputDescriptor)>,
    pub(crate) process: Option<
        unsafe extern "C" fn(
            Handle,
            input_buffers: *const *const f32,
            sec: c_int,
            nsec: c_int,
        ) -> *mut FeatureList,
    >,
    pub(crate) get_remaining_features: Option<unsafe extern "C" fn(Handle) -> *mut FeatureList>,
    pub(crate) release_feature_set: Option<unsafe extern "C" fn(*mut FeatureList)>,
}

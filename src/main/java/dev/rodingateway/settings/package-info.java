/** Converters of setting values, and error messages for a start that fails. */
@NullMarked
package dev.rodingateway.settings;

import org.jspecify.annotations.NullMarked;

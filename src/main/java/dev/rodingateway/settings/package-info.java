/** What operators set: how a setting is read, and the one line that is printed when one cannot be used. */
@NullMarked
package dev.rodingateway.settings;

import org.jspecify.annotations.NullMarked;

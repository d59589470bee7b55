/** The format of shared data in the store. It is versioned; entries that cannot be decoded count as absent. */
@NullMarked
package dev.rodingateway.shared.codec;

import org.jspecify.annotations.NullMarked;

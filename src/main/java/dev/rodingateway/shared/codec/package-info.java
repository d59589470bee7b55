/** How what replicas share is stored: versioned, and unreadable entries count as absent. */
@NullMarked
package dev.rodingateway.shared.codec;

import org.jspecify.annotations.NullMarked;

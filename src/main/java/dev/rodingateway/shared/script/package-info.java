/** The Lua scripts that calls to the shared store execute, their keys and their replies. */
@NullMarked
package dev.rodingateway.shared.script;

import org.jspecify.annotations.NullMarked;

/** The Lua scripts that every call of the shared store executes, their keys and their replies. */
@NullMarked
package dev.rodingateway.shared.script;

import org.jspecify.annotations.NullMarked;

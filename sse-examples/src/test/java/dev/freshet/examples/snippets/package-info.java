/** The code of the README and of the guides, as they show it, so that the build compiles it. */
@NullMarked
package dev.freshet.examples.snippets;

import org.jspecify.annotations.NullMarked;

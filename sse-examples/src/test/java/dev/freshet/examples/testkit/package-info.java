/** The sample of the guide on testing: a service, and tests of its streams with the test kit. */
@NullMarked
package dev.freshet.examples.testkit;

import org.jspecify.annotations.NullMarked;

/**
 * What only the tests of Freshet's modules share: processes, browsers, faults, rules of the sources. Nothing here depends
 * on Freshet, so that it can verify Freshet.
 */
@NullMarked
package dev.freshet.harness;

import org.jspecify.annotations.NullMarked;

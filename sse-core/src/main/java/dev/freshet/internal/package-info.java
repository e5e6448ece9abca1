/**
 * Types that several packages of this library share and that are no part of its API. The module exports the package to
 * {@code dev.freshet.netty} only. The types are public because more than one package uses them; an application cannot
 * name them, and they may change in any release.
 */
package dev.freshet.internal;

/**
 * What the library writes to SLF4J: the escaping of texts that clients choose, and a fallback without a provider. No
 * part of the API: the module exports the package to {@code dev.freshet.netty} only.
 */
package dev.freshet.logging;

/**
 * The run of tasks that may block. No part of the API: the module exports the package to {@code dev.freshet.netty} only.
 */
package dev.freshet.concurrent;

/**
 * Clients of others, each in a process of its own, told what to do and telling what happens in lines: see {@link
 * dev.freshet.drivers.Driver}.
 */
package dev.freshet.drivers;

/**
 * Third-party clients, each in a process of its own, which reads commands and reports what happens in lines: see {@link
 * dev.freshet.drivers.Driver}.
 */
package dev.freshet.drivers;

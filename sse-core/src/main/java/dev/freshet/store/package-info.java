/**
 * The interface to stores that order and keep a hub's events outside of its memory, and a store in files. It uses only
 * types of the JDK and of Freshet.
 */
package dev.freshet.store;

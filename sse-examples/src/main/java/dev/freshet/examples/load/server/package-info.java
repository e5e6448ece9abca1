/** The server by hand, which the load tool compares with. */
package dev.freshet.examples.load.server;

/** The door through which an application publishes, and through which a transport opens cursors. */
package dev.freshet.hub;

/** The seam to stores that order and keep a hub's events outside this process. Speaks only JDK and Freshet types. */
package dev.freshet.store;

/** Metrics of servers, handlers and hubs for Micrometer, where the application brings {@code micrometer-core}. */
package dev.freshet.netty.metrics;

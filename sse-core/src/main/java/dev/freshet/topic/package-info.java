/** The patterns of topic names, by which hubs and logs have options. No part of the API: the module does not export it. */
package dev.freshet.topic;

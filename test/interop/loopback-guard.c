/* Preloaded into a foreign peer (LD_PRELOAD): no connection, datagram or name look-up leaves loopback. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static int leaves_loopback(const struct sockaddr *address) {
  if (!address) return 0;
  if (address->sa_family == AF_INET) {
    unsigned long ip = ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr);
    return (ip >> 24) != 127 && ip != 0;
  }
  if (address->sa_family == AF_INET6) {
    const struct in6_addr *ip = &((const struct sockaddr_in6 *)address)->sin6_addr;
    return !IN6_IS_ADDR_LOOPBACK(ip) && !IN6_IS_ADDR_UNSPECIFIED(ip);
  }
  return 0;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
  if (leaves_loopback(address)) {
    errno = ENETUNREACH;
    return -1;
  }
  return real(fd, address, length);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address,
               socklen_t length) {
  ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) =
      dlsym(RTLD_NEXT, "sendto");
  if (leaves_loopback(address)) {
    errno = ENETUNREACH;
    return -1;
  }
  return real(fd, data, size, flags, address, length);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
  int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
      dlsym(RTLD_NEXT, "getaddrinfo");
  /* Names other than localhost would be asked of a server; numbers are not. */
  if (name && strcmp(name, "localhost") && strspn(name, "0123456789.:abcdefABCDEF") != strlen(name))
    return EAI_NONAME;
  return real(name, service, hints, result);
}

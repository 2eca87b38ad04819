"""Answers about RIP in their true form, with made-up values."""

from __future__ import annotations

NXOS_PROCESS = """\
RIP Isolate Mode: No
MMODE: Initialized
Process Name "rip-SITE" VRF "default"
RIP port 520, multicast-group 224.0.0.9
Admin-distance: 120
Updates every 30 sec, expire in 180 sec
Collect garbage in 120 sec
Default-metric: 1
Max-paths: 16
Process is up and running
  Interfaces supported by ipv4 RIP :
    Vlan10
    Vlan20
    Ethernet1/1
  Redistributing :
    direct          policy CONNECTED
"""
NXOS_INTERFACES = """\
Process Name "rip-SITE" VRF "default"
RIP-configured interface information

Vlan10, protocol-up/link-up/admin-up, RIP state : up
  address/mask 10.10.0.1/24, metric 1, split-horizon
Vlan20, protocol-up/link-up/admin-up, RIP state : up
  address/mask 10.20.0.1/24, metric 1, split-horizon
  Authentication Mode: md5  Keychain: SERVERS
Ethernet1/1, protocol-up/link-up/admin-up, RIP state : up
  address/mask 172.16.1.1/30, metric 1, split-horizon, passive (no outbound updates)
Vlan30, protocol-down/link-down/admin-up, RIP state : down
  address/mask 10.30.0.1/24, metric 1, split-horizon
"""
NXOS_NEIGHBORS = """\
Process Name "rip-SITE" VRF "default"
RIP Neighbor Information (number of neighbors = 3)
('dead' means more than 300 seconds ago)

10.10.0.50, Vlan10
    Last Response sent/received: 00:00:11/00:00:04
    Last Request sent/received: never/never
    Bad Pkts Received: 0
    Bad Routes Received: 0

10.20.0.50, Vlan20
    Last Response sent/received: 00:00:09/00:00:07
    Last Request sent/received: never/never
    Bad Pkts Received: 17
    Bad Routes Received: 2

172.16.1.2, Ethernet1/1
    Last Response sent/received: 00:00:18/dead
    Last Request sent/received: never/00:06:31
    Bad Pkts Received: 0
    Bad Routes Received: 0
"""
NXOS_CONFIG = """\
!Command: show running-config rip
!Time: Thu Nov 12 09:14:02 2026

version 7.0(3)I7(9)
feature rip

router rip SITE
  address-family ipv4 unicast
    redistribute direct route-map CONNECTED

interface Vlan10
  ip router rip SITE
  ip rip route-filter prefix-list SERVER-IN in

interface Vlan20
  ip router rip SITE
  ip rip authentication mode md5
  ip rip authentication key-chain SERVERS
  ip rip route-filter route-map QUIET out

interface Ethernet1/1
  ip router rip SITE
  ip rip passive-interface
"""
NXOS_ROUTES = """\
Process Name "rip-SITE" VRF "default"
RIP routing table

> - indicates best RIP route

>10.10.0.0/24 next-hops 0
 via 10.10.0.1 Vlan10, metric 1, tag 0, direct route

>10.20.0.0/24 next-hops 1
 via 10.20.0.1 Vlan20, metric 1, tag 0, direct route
 via 172.16.1.2 Ethernet1/1, metric 3, tag 0, timeout 00:02:31

>10.99.1.5/32 next-hops 2
 via 10.10.0.50 Vlan10, metric 2, tag 0, timeout 00:02:12
 via 10.20.0.50 Vlan20, metric 2, tag 0, timeout 00:02:40

>10.60.0.0/16 next-hops 0
 via 0.0.0.0, metric 15, tag 0, redistributed route
"""
NXOS_ALL = (NXOS_PROCESS, NXOS_INTERFACES, NXOS_NEIGHBORS, NXOS_CONFIG)

DUMP = """\


# ----------------------------------
# RIP configuration
# ----------------------------------
pushd routing ip rip
uninstall
install
set global loglevel=ERROR mintrig=5 peermode=DISABLE

delete interface name="LAN 1"\x20
add interface name="LAN 1"\x20
set interface name="LAN 1" metric=1 updatemode=PERIODIC announce=RIP2 accept=RIP1COMPAT expire=180 remove=120 update=30 authmode=AUTHNONE tag=0 unicast=DISABLE accfiltmode=DISABLE annfiltmode=INCLUDE
set flags name="LAN 1" flag=SplitHorizon,PoisonReverse,TriggeredUpdates,CleanupUpdates,AnnounceHostRoutes

add announcefilter name="LAN 1" filter=10.99.1.5-10.99.1.5
add announcefilter name="LAN 1" filter=10.98.0.0-10.98.255.255
delete interface name="LAN 2"\x20
add interface name="LAN 2"\x20
set interface name="LAN 2" metric=1 updatemode=DEMAND announce=NONE accept=NONE expire=180 remove=120 update=30 authmode=AUTHSIMPLEPASSWORD tag=0 unicast=DISABLE accfiltmode=DISABLE annfiltmode=DISABLE
set interface name="LAN 2" password=lab-only
set flags name="LAN 2" flag=SplitHorizon,PoisonReverse,AcceptHostRoutes

add neighbor name="LAN 2" server=10.20.0.1


popd
# End of RIP configuration



"""
BARE_DUMP = """\


# ----------------------------------
# RIP configuration
# ----------------------------------
pushd routing ip rip
uninstall


popd
# End of RIP configuration
"""
ADAPTERS = """\
"Index","NetConnectionID"
"7","LAN 1"
"9","LAN-Verbindung 2"
"11","Loopback"
end
"""
ADDRESSES = """\
"Index","FullDNSRegistrationEnabled","IPAddress","IPSubnet"
"7","True","10.10.0.50 10.10.0.51 fe80::5dd2:1","255.255.255.0 255.255.255.0 64"
"9","False","10.20.0.50","255.255.255.0"
"11","","10.99.1.5","255.255.255.255"
end
"""

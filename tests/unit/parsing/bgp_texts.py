"""Outputs of true shape about BGP in VPNs, for the tests of their parsers. Names and addresses are made up."""

from __future__ import annotations

IOS_PATHS = """\
BGP routing table entry for 65001:103:10.20.0.0/16, version 77
Paths: (3 available, best #3, table VRF_A)
Multipath: eBGP iBGP
  Advertised to update-groups:
     1          2
  Refresh Epoch 1
  65010 65020 {65030}, imported path from 65001:105:10.20.0.0/16 (global)
    10.254.0.5 (inaccessible) (via default) from 10.254.0.9 (10.254.0.9)
      Origin incomplete, metric 7, localpref 80, valid, internal
      Extended Community: RT:65001:100 Cost:pre-bestpath:128:156160 0x8800:32768:0
        0x8801:1:130560 RT:65001:200
      Originator: 10.254.0.5, Cluster list: 10.254.0.8, 10.254.0.9
      mpls labels in/out nolabel/45
      rx pathid: 0, tx pathid: 0
  Refresh Epoch 1
  65010, imported path from 65001:102:10.20.0.0/16 (global)
    10.254.0.2 (metric 20) (via default) from 10.254.0.9 (10.254.0.9)
      Origin IGP, metric 0, localpref 100, valid, internal, multipath(oldest)
      Extended Community: RT:65001:100
      Originator: 10.254.0.2, Cluster list: 10.254.0.9
      mpls labels in/out IPv4 VRF Aggr:33/31(VRF_A)
      rx pathid: 0, tx pathid: 0
  Refresh Epoch 2
  65010
    10.1.3.2 (via vrf VRF_A) from 10.1.3.2 (192.0.2.7)
      Origin IGP, metric 0, localpref 100, weight 50, valid, external, multipath, best
      Extended Community: RT:65001:100
      mpls labels in/out IPv4 VRF Aggr:33/nolabel(VRF_A)
      rx pathid: 0, tx pathid: 0x0
"""
# 12.2: no epochs, no tables of next hops, no path ids
IOS_PATHS_OLD = """\
BGP routing table entry for 65001:101:10.20.0.0/16, version 12
Paths: (1 available, best #1, no table)
  Advertised to update-groups:
     1
  Local, (Received from a RR-client)
    10.254.0.1 (metric 65) from 10.254.0.1 (10.254.0.1)
      Origin incomplete, metric 0, localpref 100, valid, internal, best
      Extended Community: RT:65001:100
      mpls labels in/out nolabel/24
"""
NXOS_PATHS = """\
BGP routing table information for VRF default, address family VPNv4 Unicast
Route Distinguisher: 10.254.0.3:3    (VRF VRF_A)
BGP routing table entry for 10.20.0.0/16, version 12
Paths: (2 available, best #2)
Flags: (0x8008001a) (high32 00000000) on xmit-list, is in urib, is best urib rou
te, is in HW
Multipath: iBGP

  Path type: internal, path is valid, not best reason: Neighbor Address, multipa
th, no labeled nexthop, in rib
             Imported from 10.254.0.2:3:10.20.0.0/16
  AS-Path: 65010 , path sourced external to AS
    10.254.0.2 (metric 30) from 10.254.0.9 (10.254.0.9)
      Origin IGP, MED not set, localpref 100, weight 0
      Received label 31
      Extcommunity: RT:65001:100
      Originator: 10.254.0.2 Cluster list: 10.254.0.9

  Advertised path-id 1
  Path type: local, path is valid, is best path, no labeled nexthop
  AS-Path: NONE, path locally originated
    0.0.0.0 (metric 0) from 0.0.0.0 (10.254.0.3)
      Origin incomplete, MED 5, localpref 100, weight 32768
      Extcommunity: RT:65001:100

  Path-id 1 advertised to peers:
    10.254.0.9
"""
JUNOS_PATHS = """\

VRF_A.inet.0: 5 destinations, 7 routes (5 active, 0 holddown, 1 hidden)
10.20.0.0/16 (4 entries, 2 announced)
        *BGP    Preference: 170/-101
                Route Distinguisher: 65001:101
                Next hop type: Indirect, Next hop index: 0
                Next-hop reference count: 21
                Source: 10.254.0.9
                Next hop: 10.0.13.1 via ge-0/0/1.0, selected
                Label operation: Push 24
                Protocol next hop: 10.254.0.1
                State: <Secondary Active Int Ext ProtectionCand>
                Local AS: 65001 Peer AS: 65001
                Age: 1:10       Metric: 0       Metric2: 20
                Announcement bits (1): 0-KRT
                AS path: 65010 I  (Originator)
                Cluster list:  10.254.0.9
                Originator ID: 10.254.0.1
                Communities: target:65001:100 color:0:30
                VPN Label: 24
                Localpref: 100
                Router ID: 10.254.0.9
                Primary Routing Table bgp.l3vpn.0
         BGP    Preference: 170/-101
                Route Distinguisher: 65001:102
                Source: 10.254.0.9
                Protocol next hop: 10.254.0.2
                State: <Secondary Int Ext ProtectionCand>
                Inactive reason: Not Best in its group - Router ID
                Age: 1:10       Metric: 0       Metric2: 20
                AS path: 65010 I
                Originator ID: 10.254.0.2
                Communities: target:65001:100
                VPN Label: 31
                Localpref: 100
                Router ID: 10.254.0.9
         BGP    Preference: 170/-101
                Route Distinguisher: 65001:105
                Next hop type: Unusable
                State: <Hidden Secondary Int Ext>
                AS path: 65010 65010 ?
                Localpref: 100
                Router ID: 10.254.0.5
        #Multipath Preference: 255
                Next hop type: Indirect, Next hop index: 0
                Protocol next hop: 10.254.0.1
                Protocol next hop: 10.254.0.2
                State: <ForwardingOnly Int Ext>
"""
IOS_VRF = """\
VRF VRF_A (VRF Id = 17); default RD 65001:101; default VPNID <not set>
  New CLI format, supports multiple address-families
  Flags: 0x180C
  Interfaces:
    Gi0/1.20                 Lo7
Address family ipv4 unicast (Table ID = 0x11):
  Flags: 0x0
  Export VPN route-target communities
    RT:65001:100             RT:65001:200
  Import VPN route-target communities
    RT:65001:100
  Import route-map: ONLY_PE1
  No global export route-map
  No export route-map
  Route warning limit 10000, current count 4
  VRF label distribution protocol: not configured
  VRF label allocation mode: per-vrf (Label 20)
  Prefix protection with additional path enabled
Address family ipv6 unicast (Table ID = 0x1E000001):
  Export VPN route-target communities
    RT:65001:666
  Import VPN route-target communities
    RT:65001:666
Address family ipv4 multicast not active

VRF VRF_B (VRF Id = 18); default RD <not set>; default VPNID <not set>
  Old CLI format, supports IPv4 only
  No interfaces
Address family ipv4 unicast (Table ID = 0x12):
  No Export VPN route-target communities
  No Import VPN route-target communities
  No import route-map
  No export route-map
  VRF label allocation mode: per-prefix
Address family ipv6 unicast not active
"""
# 12.4 knows no address families of a VRF
IOS_VRF_OLD = """\
VRF VRF_A; default RD 65001:101; default VPNID <not set>
  Interfaces:
    Fa0/0.20
  VRF Table ID = 1
  Export VPN route-target communities
    RT:65001:100
  Import VPN route-target communities
    RT:65001:100
  No import route-map
  No export route-map
  VRF label distribution protocol: not configured
  VRF label allocation mode: per-prefix
"""
IOS_SUMMARY = """\
BGP router identifier 10.254.0.3, local AS number 65001
BGP table version is 4, main routing table version 4
2 network entries using 312 bytes of memory
2/1 BGP path/bestpath attribute entries using 320 bytes of memory
BGP activity 4/0 prefixes, 6/0 paths, scan interval 60 secs
2 networks peaked at 10:00:00 Dec 1 2026 UTC (00:00:01.000 ago)

Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
10.254.0.9      4        65001      20      18        4    0    0 00:12:01        2
10.1.3.2        4        65010       0       0        1    0    0 never    Idle (Admin)
*10.1.3.6       4   4200000001       0       0        1    0    0 00:00:11 Active
2001:DB8:FFFF:1111:2222:3333:4444:5555
                4        65010      12      12        4    0    0 1w2d          11
"""
JUNOS_SUMMARY = """\
Threading mode: BGP I/O
Groups: 2 Peers: 3 Down peers: 1
Table          Tot Paths  Act Paths Suppressed    History Damp State    Pending
bgp.l3vpn.0
                       4          4          0          0          0          0
Peer                     AS      InPkt     OutPkt    OutQ   Flaps Last Up/Dwn State|#Active/Received/Accepted/Damped...
10.254.0.9            65001        620        615       0       0     4:36:48 Establ
  bgp.l3vpn.0: 2/3/3/0
  VRF_A.inet.0: 2/2/2/0
10.1.3.2              65010          0          0       0       0  3w2d 4:36:48 Active
10.1.4.2              65010         12         12       0       1        1:05 1/2/2/0       0/0/0/0
"""
IOS_TABLE = """\
BGP table version is 4, local router ID is 10.254.0.3
Status codes: s suppressed, d damped, h history, * valid, > best, i - internal,
              r RIB-failure, S Stale, m multipath, b backup-path, f RT-Filter,
              x best-external, a additional-path, c RIB-compressed,
              t secondary path,
Origin codes: i - IGP, e - EGP, ? - incomplete
RPKI validation codes: V valid, I invalid, N Not found

     Network          Next Hop            Metric LocPrf Weight Path
Route Distinguisher: 65001:101
 *>i  10.20.0.0/16     10.254.0.1               0    100      0 65010 i
Route Distinguisher: 65001:103 (default for vrf VRF_A)
 *mi  10.20.0.0/16     10.254.0.2               0    100      0 65010 i
 *>i                   10.254.0.1               0    100      0 65010 i
 *>   192.168.255.17/32
                       10.6.17.17               0         32768 i
 r>   10.0.0.0         10.1.3.2                 0             0 65010 i
"""
IOS_CEF = """\
10.20.0.0/16, epoch 0, flags [rib defined all labels], per-destination sharing
  recursive via 10.254.0.1 label 24
    nexthop 10.0.13.1 GigabitEthernet0/1 label 16-(local:20)
  recursive via 10.254.0.2 label 31
    nexthop 10.0.13.1 GigabitEthernet0/1 label 17
    nexthop 10.0.14.1 GigabitEthernet0/2 label 19
  recursive via 10.1.3.2
    attached to GigabitEthernet0/3
"""
IOS_CONFIG = """\
router bgp 65001
 bgp router-id 10.254.0.2
 bgp bestpath as-path multipath-relax
 maximum-paths 4
 neighbor 10.254.0.9 remote-as 65001
 !
 address-family vpnv4
  neighbor 10.254.0.9 activate
  maximum-paths 7
 exit-address-family
 !
 address-family ipv4 vrf VRF_A
  redistribute connected
  neighbor 10.1.2.2 remote-as 65010
  neighbor 10.1.2.2 activate
  maximum-paths ibgp unequal-cost 4
 exit-address-family
 !
 address-family ipv6 vrf VRF_A
  maximum-paths ibgp 9
 exit-address-family
 !
 address-family ipv4 vrf VRF_B
  maximum-paths eibgp 2
 exit-address-family
"""
IOS_TRACE = """\
Type escape sequence to abort.
Tracing the route to 10.20.0.1
VRF info: (vrf in name/id, vrf out name/id)
  1 10.1.3.1 4 msec 4 msec 4 msec
  2 10.0.13.1 [MPLS: Labels 16/24 Exp 0] 4 msec
    10.0.14.1 [MPLS: Labels 17/31 Exp 0] 4 msec *
  3  *  *  *
  4 pe1.example.net (10.1.1.1) [AS 65001] 4 msec 4 msec 4 msec
  5 10.0.13.1 8 msec 8 msec 8 msec
  6 10.20.0.1 8 msec 8 msec 8 msec
  7 10.20.0.1 8 msec 8 msec 8 msec
"""

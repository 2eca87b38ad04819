"""Outputs of Catalyst switches, in the forms that real ones print; names and addresses are invented."""

from __future__ import annotations

STACK_OLD = """
                                               Current
Switch#  Role      Mac Address     Priority     State
------------------------------------------------------------
*1       Master    0019.aa11.2200     15        Ready
 2       Member    0019.aa11.3300     5         SDM Mismatch
"""
STACK_DETAIL = """
Switch/Stack Mac Address : 0019.aa11.2200
                                           H/W   Current
Switch#  Role   Mac Address     Priority Version  State\x20
----------------------------------------------------------
 1       Member 0000.0000.0000     0      0       Provisioned\x20
*2       Master 0019.aa11.2200     15     P2B     Ready              \x20
 3       Member 0019.aa11.3300     1      0       SDM Mismatch       \x20



         Stack Port Status             Neighbors    \x20
Switch#  Port 1     Port 2           Port 1   Port 2\x20
--------------------------------------------------------
  2        Ok        Down                3      None\x20
  3       Down        Ok               None        2\x20
"""
STACK_NEW = """
Switch/Stack Mac Address : 0019.aa11.2200 - Local Mac Address
Mac persistency wait time: Indefinite
                                             H/W   Current
Switch#   Role    Mac Address     Priority Version  State\x20
-------------------------------------------------------------------------------------
*1       Active   0019.aa11.2200     15     V02     Ready               \x20
 2       Standby  0019.aa11.3300     14     V02     Ready               \x20
 3       Member   0019.aa11.4400     1      0       V-Mismatch          \x20
 4       Member   0000.0000.0000     0              Provisioned         \x20
"""
STACK_VIRTUAL = """
Chassis/Stack Mac Address : 0019.aa11.2200 - Local Mac Address
Mac persistency wait time: Indefinite
                                             H/W   Current
Switch#   Role    Mac Address     Priority Version  State\x20
-------------------------------------------------------------------------------------
*1       Active   0019.aa11.2200     15     V01     Ready               \x20
 2       Standby  0019.aa11.3300     14     V01     Ready               \x20
"""
AGGREGATE = """
 The current template is "aggregate default" template.
 The selected template optimizes the resources in
 the switch to support this level of features for
 8 routed interfaces and 1024 VLANs.\x20

  number of unicast mac addresses:                  6K
  number of IPv4 IGMP groups + multicast routes:    1K
  number of IPv4 unicast routes:                    12K
    number of directly-connected IPv4 hosts:        6K
    number of indirect IPv4 routes:                 6K
  number of IPv4 policy based routing aces:         0
  number of IPv4/MAC qos aces:                      0.5K
  number of IPv4/MAC security aces:                 1K

"""
PENDING = AGGREGATE + ' On next reload, template will be "desktop routing" template.\n\n'
ASKED = """
 "desktop routing" template:
 The selected template optimizes the resources in
 the switch to support this level of features for
 8 routed interfaces and 1024 VLANs.\x20

  number of unicast mac addresses:                  3K
  number of IPv4 IGMP groups + multicast routes:    1K
  number of IPv4 unicast routes:                    11K
    number of directly-connected IPv4 hosts:        3K
    number of indirect IPv4 routes:                 8K
  number of IPv4 policy based routing aces:         0.5K
  number of IPv4/MAC qos aces:                      0.5K
  number of IPv4/MAC security aces:                 1K
"""
LANBASE_ROUTING = """
 The current template is "lanbase-routing" template.
 The selected template optimizes the resources in
 the switch to support this level of features for
 8 routed interfaces and 255 VLANs.\x20

  number of unicast mac addresses:                  4K
  number of IPv4 IGMP groups + multicast routes:    0.25K
  number of IPv4 unicast routes:                    4.25K
    number of directly-connected IPv4 hosts:        4K
    number of indirect IPv4 routes:                 0.25K
  number of IPv6 multicast groups:                  0.375k
  number of directly-connected IPv6 addresses:      4K
  number of indirect IPv6 unicast routes:           1.25K
  number of IPv4 policy based routing aces:         0
  number of IPv4/MAC qos aces:                      0.125k
  number of IPv4/MAC security aces:                 0.375k
  number of IPv6 policy based routing aces:         0
  number of IPv6 qos aces:                          60
  number of IPv6 security aces:                     0.125k

"""
# Release 12.1: no quotes, "1K VLANs", no address family in the names.
AGGREGATE_OLD = """
 The current template is the aggregate routing template.
 The selected template optimizes the resources in
 the switch to support this level of features for
 16 routed interfaces and 1K VLANs.

 number of unicast mac addresses:              6K
 number of igmp groups + multicast routes:     1K
 number of unicast routes:                     20K
   number of directly connected hosts:         6K
   number of indirect routes:                  14K
 number of policy based routing aces:          0.5K
 number of qos aces:                           0.5K
 number of security aces:                      1K

 On next reload, template will be "desktop vlan" template.
"""
NINE = """
Showing SDM Template Info

This is the Distribution template.
  Number of VLANs:                                     4094
  Unicast MAC addresses:                               16384
  Security Ingress IPv4 Access Control Entries*:       7168   (current) - 7168   (proposed)
These numbers are typical for L2 and IPv4 features.
Some features such as IPv6, use up double the entry size;
so only half as many entries can be created.
* values can be modified by sdm cli.
"""
TCAM = """
CAM Utilization for ASIC# 0                      Max            Used
                                             Masks/Values    Masks/values

 Unicast mac addresses:                       6364/6364        411/411
 IPv4 IGMP groups + multicast routes:         1120/1120          1/1
 IPv4 unicast directly-connected routes:      6144/6144        389/389
 IPv4 unicast indirectly-connected routes:    2048/2048         67/67
 IPv4 policy based routing aces:               452/452          12/12
 IPv4 qos aces:                                512/512          21/21
 IPv4 security aces:                           964/964          33/33

Note: Allocation of TCAM entries per feature uses
a complex algorithm. The above information is meant
to provide an abstract view of the current TCAM utilization

"""
MACS_OLD = """

Mac Entries for Vlan 10:
---------------------------
Dynamic Address Count  : 7
Static  Address Count  : 1
Total Mac Addresses    : 8

Mac Entries for Vlan 20:
---------------------------
Dynamic Address Count  : 30
Static  Address Count  : 0
Total Mac Addresses    : 30

Total Mac Address Space Available: 7962
"""
MACS_NEW = (
    MACS_OLD.split("Total Mac Address Space")[0]
    + """Total Dynamic Address Count  : 37
Total Static  Address Count  : 2
Total Mac Address In Use     : 39
Total Mac Address Space Available: 32731
"""
)
VERSION_STACK = """
Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE12, RELEASE SOFTWARE (fc1)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2017 by Cisco Systems, Inc.
Compiled Tue 31-Jan-17 05:31 by prod_rel_team
Image text-base: 0x01000000, data-base: 0x02F00000

ROM: Bootstrap program is C3750 boot loader
BOOTLDR: C3750 Boot Loader (C3750-HBOOT-M) Version 12.2(44)SE5, RELEASE SOFTWARE (fc1)

core-a uptime is 30 weeks, 2 days, 6 hours, 5 minutes
System returned to ROM by power-on
System restarted at 16:23:49 CET Sun Jul 19 2020
System image file is "flash:/c3750-ipservicesk9-mz.122-55.SE12.bin"


This product contains cryptographic features and is subject to United
States and local country laws governing import, export, transfer and
use. Delivery of Cisco cryptographic products does not imply
third-party authority to import, export, distribute or use encryption.

cisco WS-C3750G-12S (PowerPC405) processor (revision L0) with 131072K bytes of memory.
Processor board ID CAT1033X0AB
Last reset from power-on
4 Virtual Ethernet interfaces
40 Gigabit Ethernet interfaces
The password-recovery mechanism is enabled.

512K bytes of flash-simulated non-volatile configuration memory.
Base ethernet MAC Address       : 00:19:AA:11:22:00
Motherboard assembly number     : 73-9679-10
Model revision number           : L0
Motherboard revision number     : C0
Model number                    : WS-C3750G-12S-E
System serial number            : CAT1033X0AB
Hardware Board Revision Number  : 0x08


Switch Ports Model              SW Version            SW Image                \x20
------ ----- -----              ----------            ----------              \x20
*    1 12    WS-C3750G-12S      12.2(55)SE12          C3750-IPSERVICESK9-M    \x20
     2 28    WS-C3750G-24TS     12.2(55)SE12          C3750-IPSERVICESK9-M    \x20


Switch 02
---------
Switch Uptime                   : 30 weeks, 2 days, 6 hours, 6 minutes
Base ethernet MAC Address       : 00:19:AA:11:33:00
Model number                    : WS-C3750G-24TS-E

Configuration register is 0xF

"""
VERSION_OLD = """
Cisco Internetwork Operating System Software
IOS (tm) C3750 Software (C3750-I5-M), Version 12.1(19)EA1d, RELEASE SOFTWARE (fc1)
Copyright (c) 1986-2004 by cisco Systems, Inc.
Compiled Mon 05-Apr-04 22:06 by antonino

ROM: Bootstrap program is C3750 boot loader

core-a uptime is 2 days, 23 hours, 4 minutes
System returned to ROM by power-on

cisco WS-C3750G-12S (PowerPC405) processor (revision A0) with 118776K/12288K bytes of memory.
Model number                    : WS-C3750G-12S-S

Switch   Ports  Model              SW Version              SW Image           \x20
------   -----  -----              ----------              ----------         \x20
*    2   12     WS-C3750G-12S      12.1(19)EA1d            C3750-I5-M         \x20
     4   52     WS-C3750-48TS      12.1(19)EA1d            C3750-I5-M         \x20

Configuration register is 0xF
"""
VERSION_2960S = """
Cisco IOS Software, C2960S Software (C2960S-UNIVERSALK9-M), Version 15.0(2)SE11, RELEASE SOFTWARE (fc3)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2017 by Cisco Systems, Inc.
Compiled Sat 19-Aug-17 09:34 by prod_rel_team

ROM: Bootstrap program is Alpha board boot loader
BOOTLDR: C2960S Boot Loader (C2960S-HBOOT-M) Version 12.2(55r)SE, RELEASE SOFTWARE (fc1)

acc-7 uptime is 1 year, 3 weeks, 1 day, 2 hours, 10 minutes
System returned to ROM by reload
System image file is "flash:/c2960s-universalk9-mz.150-2.SE11.bin"

cisco WS-C2960S-24TS-L (PowerPC) processor (revision B0) with 131072K bytes of memory.
Processor board ID FOC1528X0CD
Last reset from power-on
1 Virtual Ethernet interface
1 FastEthernet interface
28 Gigabit Ethernet interfaces

Model number                    : WS-C2960S-24TS-L

Switch Ports Model              SW Version            SW Image                \x20
------ ----- -----              ----------            ----------              \x20
*    1 28    WS-C2960S-24TS-L   15.0(2)SE11           C2960S-UNIVERSALK9-M    \x20

Configuration register is 0xF
"""
HOST_MODE = """
Default gateway is 10.20.0.1

Host               Gateway           Last Use    Total Uses  Interface
ICMP redirect cache is empty
"""
ROUTES_OLD = """
Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\x20
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route

Gateway of last resort is 10.20.0.1 to network 0.0.0.0

     10.0.0.0/24 is subnetted, 3 subnets
C       10.20.0.0 is directly connected, Vlan20
C       10.30.0.0 is directly connected, Vlan30
S       10.40.0.0 [1/0] via 10.20.0.2
     172.16.0.0/16 is variably subnetted, 2 subnets, 2 masks
O       172.16.4.0/24 [110/2] via 10.20.0.7, 3w2d, Vlan20
                      [110/2] via 10.30.0.7, 3w2d, Vlan30
O IA    172.16.0.0/16
           [110/3] via 10.20.0.7, 00:01:07, Vlan20
C    192.168.9.0/24 is directly connected, Vlan9
S*   0.0.0.0/0 [1/0] via 10.20.0.1
"""
ROUTES_NEW = """
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\x20
       + - replicated route, % - next hop override

Gateway of last resort is not set

      10.0.0.0/8 is variably subnetted, 4 subnets, 3 masks
C        10.20.0.0/24 is directly connected, Vlan20
L        10.20.0.9/32 is directly connected, Vlan20
S        10.40.0.0/16 [1/0] via 10.20.0.2
S        10.50.0.0/16 is directly connected, Vlan20
"""
SUMMARY_OLD = """
IP routing table name is Default-IP-Routing-Table(0)
IP routing table maximum-paths is 32
Route Source    Networks    Subnets     Overhead    Memory (bytes)
connected       0           4           288         544
static          1           0           72          136
ospf 1          4           3           504         952
  Intra-area: 7 Inter-area: 0 External-1: 0 External-2: 0
  NSSA External-1: 0 NSSA External-2: 0
internal        2                                   2312
Total           7           7           864         3944
"""
SUMMARY_NEW = """
IP routing table name is default (0x0)
IP routing table maximum-paths is 32
Route Source    Networks    Subnets     Replicates  Overhead    Memory (bytes)
application     0           0           0           0           0
connected       0           3           0           288         912
static          0           0           0           0           0
internal        2                                               968
Total           2           3           0           288         1880
"""
CONFIG = """
hostname acc-7
switch 1 provision ws-c2960s-24ts-l
ip routing
interface GigabitEthernet1/0/1
interface Vlan20
 ip address 10.20.0.9 255.255.255.0
ip default-gateway 10.20.0.1
ip route 0.0.0.0 0.0.0.0 10.20.0.1
ip route 10.40.0.0 255.255.0.0 10.20.0.2 name branch
ip route 10.50.0.0 255.255.0.0 Vlan20 10.20.0.2 200
end
"""
PING = """
Type escape sequence to abort.
Sending 5, 100-byte ICMP Echos to 10.20.0.2, timeout is 2 seconds:
.!!!!
Success rate is 80 percent (4/5), round-trip min/avg/max = 1/3/9 ms
"""
NO_RELOAD = "No reload is scheduled.\n"
RELOAD = """
Reload scheduled for 11:33:53 CET Sat Feb 1 2020 (in 9 minutes and 58 seconds) by operator on vty0 (10.9.9.9)
Reload reason: Reload Command
"""

# parser, text: one whole and good text per form
WHOLE = [
    ("stack", STACK_OLD),
    ("stack", STACK_DETAIL),
    ("stack", STACK_NEW),
    ("stack", STACK_VIRTUAL),
    ("sdm_template", AGGREGATE),
    ("sdm_template", PENDING),
    ("sdm_template", AGGREGATE_OLD),
    ("sdm_template", ASKED),
    ("sdm_template", LANBASE_ROUTING),
    ("sdm_template", NINE),
    ("tcam", TCAM),
    ("mac_count", MACS_OLD),
    ("mac_count", MACS_NEW),
    ("switch_version", VERSION_STACK),
    ("switch_version", VERSION_2960S),
    ("switch_version", VERSION_OLD),
    ("ip_routes", HOST_MODE),
    ("ip_routes", ROUTES_OLD),
    ("ip_routes", ROUTES_NEW),
    ("route_summary", SUMMARY_OLD),
    ("route_summary", SUMMARY_NEW),
    ("route_summary", HOST_MODE),
    ("routing_config", CONFIG),
    ("reload_schedule", NO_RELOAD),
    ("reload_schedule", RELOAD),
    ("ping_result", PING),
]
